import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare, inTurn, type ListedJob, type OpenRun } from '../../../domain/sweep.ts';

function run(more: Partial<OpenRun> = {}): OpenRun {
  return {
    runId: 'r',
    status: 'RUNNING',
    attempt: 1,
    attemptState: 'launched',
    stopRequested: false,
    grantedSlot: true,
    ...more,
  };
}
function job(more: Partial<ListedJob> = {}): ListedJob {
  return { runId: 'r', attempt: 1, externalId: 'e', phase: 'RUNNING', startedAt: null, ...more };
}
const NOTHING = { hints: [], stops: [], grants: [], unclaimed: [] };

test('what agrees needs no signal', () => {
  expect(compare([job()], [run()])).toEqual(NOTHING);
});

test('a job that is over, missing, or ahead becomes a hint', () => {
  const hints = (jobs: ListedJob[], one: OpenRun) => compare(jobs, [one]).hints;
  expect(hints([job({ phase: 'STOPPED' })], run())).toMatchObject([{ hint: { phase: 'STOPPED' } }]);
  expect(hints([], run())).toMatchObject([{ hint: { phase: 'MISSING' } }]);
  expect(hints([job()], run({ status: 'PENDING' }))).toMatchObject([
    { hint: { phase: 'RUNNING' } },
  ]);
});

test('before its launch is on record a run hears nothing', () => {
  for (const attemptState of ['intent', null] as const) {
    const one = run({ status: 'QUEUED', attemptState, grantedSlot: false });
    expect(compare([], [one]).hints).toEqual([]);
    expect(compare([job({ phase: 'STOPPED' })], [one]).hints).toEqual([]);
  }
});

test('stop marks and grants are signalled again', () => {
  const found = compare([job()], [run({ stopRequested: true })]);
  expect(found.stops).toEqual(['r']);
  const waiting = run({ status: 'QUEUED', attemptState: null, attempt: 0 });
  expect(compare([], [waiting]).grants).toEqual(['r']);
});

test('live jobs of other attempts and of runs that are not open are unclaimed', () => {
  expect(compare([job()], []).unclaimed).toHaveLength(1);
  expect(compare([job({ phase: 'STOPPED' })], []).unclaimed).toEqual([]);
  expect(
    compare([job({ attempt: 1 }), job({ attempt: 2 })], [run({ attempt: 2 })]).unclaimed,
  ).toEqual([job({ attempt: 1 })]);
});

test('a live job is never both its run’s and unclaimed', () => {
  const ids = fc.constantFrom('a', 'b', 'c');
  const jobs = fc.array(
    fc.record({
      runId: ids,
      attempt: fc.integer({ min: 1, max: 3 }),
      phase: fc.constantFrom('PENDING' as const, 'RUNNING' as const, 'STOPPED' as const),
      externalId: fc.constant('e'),
      startedAt: fc.constant(null),
    }),
  );
  const runs = fc.uniqueArray(
    fc.record({
      runId: ids,
      status: fc.constantFrom('QUEUED' as const, 'PENDING' as const, 'RUNNING' as const),
      attempt: fc.integer({ min: 0, max: 3 }),
      attemptState: fc.constantFrom('intent' as const, 'launched' as const, null),
      stopRequested: fc.boolean(),
      grantedSlot: fc.boolean(),
    }),
    { selector: (one) => one.runId },
  );
  fc.assert(
    fc.property(jobs, runs, (listed, open) => {
      const found = compare(listed, open);
      for (const orphan of found.unclaimed) {
        const owner = open.find((one) => one.runId === orphan.runId);
        expect(owner?.attempt).not.toBe(orphan.attempt);
        expect(orphan.phase).not.toBe('STOPPED');
      }
      for (const { runId, hint } of found.hints) {
        expect(open.find((one) => one.runId === runId)).toMatchObject({
          attempt: hint.attempt,
          attemptState: 'launched',
        });
      }
    }),
  );
});

test('every run comes up in turn, each as often as the others', () => {
  const items = ['a', 'b', 'c', 'd', 'e'];
  const turns = [0, 1, 2, 3].map((turn) => inTurn(items, 2, turn));
  expect(turns).toEqual([['a', 'b'], ['c', 'd'], ['e'], ['a', 'b']]);
  expect(inTurn([], 2, 7)).toEqual([]);
});
