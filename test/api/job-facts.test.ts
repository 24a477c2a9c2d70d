import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerLaunch } from '../../db/attempts.ts';
import { recordPodEvents } from '../../db/cluster-facts.ts';
import type { JobEvent } from '../../domain/job-event.ts';
import { newRunId } from '../../domain/run.ts';
import { eventually } from '../support/eventually.ts';
import { FactsOfJobs } from '../support/facts-engine.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

interface EventJson {
  uid: string;
  attempt: number | null;
  count: number;
  reason: string;
  message: string;
}
interface EventPage {
  events: EventJson[];
  next_cursor: string | null;
  total: { value: number };
}

const facts = new FactsOfJobs();
let flotilla: TestFlotilla;
beforeAll(async () => {
  let dir = '';
  flotilla = await startFlotilla({
    onDir: (path) => (dir = path),
    engineFor: (cluster) => facts.engine(dir, cluster),
  });
});
afterAll(() => flotilla.stop());

function eventOf(runId: string, uid: string, more: Partial<JobEvent> = {}): JobEvent {
  return {
    ref: { runId, attempt: 1 },
    uid,
    count: 1,
    at: new Date('2026-02-01T00:00:01Z'),
    type: 'Normal',
    reason: 'Pulled',
    source: 'kubelet',
    message: uid,
    ...more,
  };
}

function eventsOf(runId: string, query = ''): Promise<EventPage> {
  return flotilla.api.json('GET', `/api/v8/runs/${runId}/events${query}`);
}

test('what a cluster says of a job is in the run’s events, beside what Flotilla noted, by time', async () => {
  const run = await flotilla.run('sleep 2; exit 3');
  await flotilla.until(run.run_id, 'RUNNING');
  const { runId, attempt } = { runId: run.run_id, attempt: 1 };
  const later = new Date(Date.now() + 60_000);
  const unhealthy = { reason: 'Unhealthy', type: 'Warning', message: 'no\0answer', at: later };
  facts.tell({ kind: 'event', event: eventOf(runId, 'a', { at: new Date(0) }) });
  facts.tell({ kind: 'event', event: eventOf(runId, 'b', { ...unhealthy, count: 2 }) });
  facts.tell({ kind: 'event', event: eventOf(runId, 'b', { ...unhealthy, count: 7 }) });
  facts.tell({ kind: 'event', event: eventOf(newRunId('local'), 'stranger') });
  facts.tell({
    kind: 'usage',
    usage: { ref: { runId, attempt }, memoryMb: 70.2, cpuMillicores: 9 },
  });
  facts.tell({
    kind: 'usage',
    usage: { ref: { runId, attempt }, memoryMb: 12, cpuMillicores: 30 },
  });
  const page = await eventually('they are told', async () => {
    const told = await eventsOf(runId);
    return told.events.some(({ uid }) => uid === 'b') ? told : null;
  });
  const notices = page.events.slice(1, -1);
  expect(page.events[0]).toMatchObject({ uid: 'a', attempt: 1, count: 1, reason: 'Pulled' });
  expect(page.events.at(-1)).toMatchObject({ uid: 'b', count: 7, message: 'noanswer' });
  expect(notices.every((event) => event.attempt === null)).toBe(true);
  const old = await flotilla.api.json<{ total: number; pod_events: object[] }>(
    'GET',
    `/api/v6/${runId}/events`,
  );
  expect(old.total).toBe(page.events.length);
  expect(old.pod_events.at(-1)).toEqual({
    timestamp: later.toISOString(),
    event_type: 'Warning',
    reason: 'Unhealthy',
    source_object: 'kubelet',
    message: 'noanswer',
    count: 7,
  });
  expect(old.pod_events[0]).not.toHaveProperty('count');
  expect((await flotilla.get(runId)).pod_events).toEqual(old.pod_events);
  const used = 'SELECT max_memory_used, max_cpu_used FROM launch_attempt WHERE run_id = $1';
  await eventually('its usage is on record', async () => {
    const [row] = await flotilla.database.rows<{ max_memory_used: number; max_cpu_used: number }>(
      used,
      [runId],
    );
    return row?.max_memory_used === 71 && row.max_cpu_used === 30;
  });
  expect((await flotilla.until(runId, 'STOPPED')).exit_code).toBe(3);
});

test('events are read page by page; of too many the oldest normal ones are dropped', async () => {
  const runId = await acceptRun(flotilla.database, { clusterName: 'nowhere' });
  const at = (second: number) => new Date(Date.UTC(2026, 1, 1, 0, 0, second));
  const warning = eventOf(runId, 'w', { type: 'Warning', at: at(0) });
  const many = Array.from({ length: 520 }, (_, i) =>
    eventOf(runId, `n${String(i).padStart(3, '0')}`, { at: at(i + 1) }),
  );
  await recordPodEvents(flotilla.database.db, [warning, ...many.slice(0, 260)]);
  await recordPodEvents(flotilla.database.db, many.slice(260));
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: EventPage = await eventsOf(
      runId,
      `?limit=200${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    expect(page.total.value).toBe(500);
    seen.push(...page.events.map(({ uid }) => uid));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual(['w', ...many.slice(21).map(({ uid }) => uid)]);
  await expect(eventsOf(runId, '?cursor=bogus')).rejects.toThrow('is not a cursor of this list');
});

test('where a job is shows in its run, of the latest attempt', async () => {
  const run = await flotilla.run('sleep 4');
  await flotilla.until(run.run_id, 'RUNNING');
  const job = await facts.find(run.run_id);
  const place = { host: null, pod: 'p-1', namespace: 'jobs', container: 'main' };
  facts.tell({ kind: 'job', job: { ...job, place } });
  facts.tell({ kind: 'job', job: { ...job, place: { ...place, host: 'node-7' } } });
  const placed = await eventually('its host shows', async () => {
    const now = await flotilla.get(run.run_id);
    return 'instance' in now && JSON.stringify(now.instance).includes('node-7') ? now : null;
  });
  expect(placed).toMatchObject({
    pod_name: 'p-1',
    namespace: 'jobs',
    instance: { dns_name: 'node-7', instance_id: '' },
  });
  await flotilla.until(run.run_id, 'STOPPED');
});

test('a note that a watch repeats is told to the run once', async () => {
  const run = await flotilla.run('sleep 5');
  await flotilla.until(run.run_id, 'RUNNING');
  const job = await facts.find(run.run_id);
  for (let i = 0; i < 20; i += 1) {
    facts.tell({ kind: 'job', job: { ...job, note: 'its node is slow' } });
  }
  await eventually('it says so', async () =>
    (await flotilla.transitions(run.run_id)).some(({ reason }) => reason === 'its node is slow'),
  );
  await flotilla.until(run.run_id, 'STOPPED');
  const history = await flotilla.temporal.workflow.getHandle(run.run_id).fetchHistory();
  const signals = (history.events ?? []).filter(
    (event) => event.workflowExecutionSignaledEventAttributes != null,
  );
  expect(signals.length).toBeLessThan(5);
});

const UNSIZED = {
  askedCpu: null,
  askedMemory: null,
  givenCpu: null,
  givenMemory: null,
  sizing: null,
};

test('what the engine was given is served as YAML; engine local is given nothing', async () => {
  const run = await flotilla.run('sleep 3');
  await flotilla.until(run.run_id, 'RUNNING');
  const manifest = `/api/v8/runs/${run.run_id}/manifest`;
  await expect(flotilla.api.request('GET', manifest)).rejects.toThrow(
    `attempt 1 of run ${run.run_id} has no manifest: engine local was given none`,
  );
  await expect(flotilla.api.request('GET', `${manifest}?attempt=2`)).rejects.toThrow(
    `run ${run.run_id} has no attempt 2`,
  );
  const { externalId } = await facts.find(run.run_id);
  const ref = { runId: run.run_id, attempt: 1 };
  await registerLaunch(flotilla.database.db, ref, externalId, 'kind: Job\n', UNSIZED);
  const answer = await flotilla.api.request('GET', `${manifest}?attempt=1`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/yaml/);
  expect(await answer.text()).toBe('kind: Job\n');
  await flotilla.until(run.run_id, 'STOPPED');
  const waiting = await acceptRun(flotilla.database, { clusterName: 'nowhere' });
  await expect(flotilla.api.request('GET', `/api/v8/runs/${waiting}/manifest`)).rejects.toThrow(
    `run ${waiting} has no attempt that was launched`,
  );
});

test('that the engine was asked to end a job is on record while it ends, and not in the old words', async () => {
  const run = await flotilla.run(`trap '' TERM; while :; do sleep 0.1; done`);
  await flotilla.until(run.run_id, 'RUNNING');
  await flotilla.api.json('POST', `/api/v8/runs/${run.run_id}/stop`);
  const asked = async () =>
    (await eventsOf(run.run_id)).events.find(({ reason }) => reason === 'EndAsked');
  await eventually('it is on record', async () => (await asked()) !== undefined);
  expect((await flotilla.get(run.run_id)).status).toBe('RUNNING');
  expect((await asked())?.message).toBe('TERM was sent; KILL follows after 2 s');
  await flotilla.until(run.run_id, 'STOPPED');
  const old = await flotilla.api.json('GET', `/api/v6/${run.run_id}/events`);
  expect(JSON.stringify(old)).not.toContain('EndAsked');
});
