import { expect, test } from 'vitest';
import { unknownOutcome } from '../../../domain/outcome.ts';
import type { Change, Job } from '../../../engines/engine.ts';
import { ChangeQueue } from '../../../engines/change-queue.ts';

const job = (name: string, more: Partial<Job> = {}): Change => ({
  kind: 'job',
  job: {
    runId: name,
    attempt: 1,
    externalId: name,
    phase: 'PENDING',
    startedAt: null,
    outcome: null,
    alive: true,
    note: null,
    place: null,
    ...more,
  },
});
const event = (uid: string): Change => ({
  kind: 'event',
  event: {
    ref: { runId: 'r', attempt: 1 },
    uid,
    count: 1,
    at: new Date(0),
    type: 'Normal',
    reason: 'Pulled',
    source: 'Pod r',
    message: '',
  },
});
const ended = { phase: 'STOPPED', outcome: unknownOutcome('for a test') } as const;

/** Takes so many changes, as what they are of. */
async function taken(queue: ChangeQueue, count: number): Promise<string[]> {
  const seen: string[] = [];
  if (count === 0) return seen;
  for await (const change of queue.changes()) {
    if (change.kind === 'job') seen.push(`${change.job.externalId} ${change.job.phase}`);
    if (change.kind === 'event') seen.push(change.event.uid);
    if (seen.length === count) break;
  }
  return seen;
}

test('of a job whose change was not taken yet the latest is kept, and jobs come before events', async () => {
  const queue = new ChangeQueue();
  queue.put(event('e1'));
  queue.put(job('a'));
  queue.put(job('b'));
  queue.put(job('a', { phase: 'RUNNING' }));
  queue.put(event('e2'));
  expect(await taken(queue, 4)).toEqual(['a RUNNING', 'b PENDING', 'e1', 'e2']);
});

test('what changes nothing is not told again; another note or host is', async () => {
  const queue = new ChangeQueue();
  queue.put(job('a'));
  expect(await taken(queue, 1)).toEqual(['a PENDING']);
  queue.put(job('a'));
  queue.put(event('nothing came before'));
  expect(await taken(queue, 1)).toEqual(['nothing came before']);
  queue.put(job('a', { note: 'unschedulable' }));
  expect(await taken(queue, 1)).toEqual(['a PENDING']);
  queue.put(
    job('a', {
      note: 'unschedulable',
      place: { host: 'n', pod: 'p', namespace: 'x', container: 'c' },
    }),
  );
  expect(await taken(queue, 1)).toEqual(['a PENDING']);
});

test('an end is told once, and nothing of that job after it', async () => {
  const queue = new ChangeQueue();
  queue.put(job('a', ended));
  expect(await taken(queue, 1)).toEqual(['a STOPPED']);
  queue.put(job('a', ended));
  queue.put(job('a', { phase: 'RUNNING' }));
  queue.put(job('b', ended));
  expect(await taken(queue, 1)).toEqual(['b STOPPED']);
});

test('who waits hears of a change, of a failure, and of the end', async () => {
  const queue = new ChangeQueue();
  const waits = taken(queue, 1);
  queue.put(job('a'));
  expect(await waits).toEqual(['a PENDING']);
  const fails = taken(queue, 1);
  queue.fail(new Error('the stream broke off'));
  await expect(fails).rejects.toThrow('the stream broke off');
  queue.close();
  expect(await taken(queue, 1)).toEqual([]);
});
