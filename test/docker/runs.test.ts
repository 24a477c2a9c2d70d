import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import { flotillaOn, type DockerFlotilla } from '../support/docker/flotilla.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';
import { attemptsOf, stopRun } from '../support/observe.ts';

const STOPPED = { exit_code: 1, exit_reason: 'Task terminated by user' };
/** After so long, what was to note something has not. */
const QUIET_MS = 500;
const CROWD = 100;
const CROWD_MS = 120_000;

const ledger = new ContainerLedger();
let here: DockerFlotilla;
useDocker(async (docker) => {
  here = await flotillaOn(docker);
});
beforeAll(() => ledger.start());
afterAll(async () => {
  await here?.stop();
  await ledger.stop();
});

test('a run goes from QUEUED to STOPPED with its code, its log, its place and its events', async () => {
  const { run_id: runId } = await here.run(`echo hello; ${ledger.noteAttempt('here')}; exit 3`);
  const over = await here.until(runId, 'STOPPED');
  expect(over).toMatchObject({ exit_code: 3, attempt_count: 1 });
  const steps = await here.transitions(runId);
  expect(steps.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  expect(await attemptsOf(here, runId)).toMatchObject([
    {
      state: 'ended',
      external_id: `flotilla-${runId}-1`,
      exit_code: 3,
      failure_class: 'app-exit',
      log_bytes: (await here.logOf(runId)).length,
    },
  ]);
  const log = (await here.logOf(runId)).split('\n');
  expect(log).toEqual(expect.arrayContaining(['+ echo hello', 'hello', '+ exit 3']));
  expect(ledger.attempts('here', runId)).toEqual([1]);
  await eventually('its events are there', async () => {
    const path = `/api/v8/runs/${runId}/events`;
    const { events } = await here.api.json<{ events: Schemas['Event'][] }>('GET', path);
    const reasons = events.map(({ reason }) => reason);
    return ['Created', 'Started', 'Died'].every((one) => reasons.includes(one));
  });
  const containers = await here.containersOf(runId);
  expect(containers).toMatchObject([{ started: true, running: false }]);
  expect(containers[0]?.name).toMatch(new RegExp(`^flotilla-${runId}-1\\.[0-9a-f]{8}`));
});

test('a run that exits with 0 is a success', async () => {
  const { run_id: runId } = await here.run('true');
  expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await attemptsOf(here, runId)).toMatchObject([{ exit_code: 0, failure_class: null }]);
});

test('a run that ended with 137 or 143 by itself has its own code', async () => {
  const runs = await Promise.all([137, 143].map((code) => here.run(`exit ${code}`)));
  const over = await Promise.all(runs.map(({ run_id: id }) => here.until(id, 'STOPPED')));
  expect(over.map(({ exit_code: code }) => code)).toEqual([137, 143]);
  for (const { run_id: id } of over) {
    expect(await attemptsOf(here, id)).toMatchObject([{ failure_class: 'app-exit' }]);
  }
});

test('a run that takes longer than it may is ended, and says so', async () => {
  const run = await here.execute(await here.define('sleep 60'), { active_deadline_seconds: 2 });
  expect(await here.until(run.run_id, 'STOPPED')).toMatchObject({
    exit_code: 1,
    exit_reason: 'JobRun exceeded specified timeout of 2 seconds',
  });
  expect(await attemptsOf(here, run.run_id)).toMatchObject([{ failure_class: 'deadline' }]);
});

test('a run that another starts is its child, and is stopped with it', async () => {
  const parent = await here.run('sleep 600');
  await here.until(parent.run_id, 'RUNNING');
  const env = [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent.run_id }];
  const child = await here.execute(await here.define('sleep 600'), { env });
  await here.until(child.run_id, 'RUNNING');
  const path = `/api/v8/runs/${parent.run_id}/children`;
  expect(JSON.stringify(await here.api.json('GET', path))).toContain(child.run_id);
  await stopRun(here, parent.run_id);
  for (const { run_id: id } of [parent, child]) {
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: 1 });
    expect((await here.containersOf(id)).map(({ running }) => running)).toEqual([false]);
  }
});

describe('of a run that is stopped nothing runs any more when it is STOPPED', () => {
  /** Runs a command until it notes, and stops it. @returns how often it notes once it is STOPPED */
  async function notesAfterStop(command: (note: string) => string): Promise<number> {
    const mark = randomUUID();
    const { run_id: runId } = await here.run(command(ledger.note(mark)));
    await here.until(runId, 'RUNNING');
    const notes = (): number => ledger.lines().filter((line) => line === mark).length;
    await eventually('it notes', () => notes() > 2);
    await stopRun(here, runId);
    expect(await here.until(runId, 'STOPPED')).toMatchObject(STOPPED);
    const before = notes();
    await sleep(QUIET_MS);
    expect((await here.containersOf(runId)).map(({ running }) => running)).toEqual([false]);
    expect(await attemptsOf(here, runId)).toHaveLength(1);
    return notes() - before;
  }

  test('that heeds TERM', async () => {
    const command = (note: string): string => `while true; do ${note}; sleep 0.05; done`;
    expect(await notesAfterStop(command)).toBe(0);
  });

  test('that is deaf to it, as are its children', async () => {
    const deaf = (note: string): string => `trap '' TERM; while true; do ${note}; sleep 0.05; done`;
    const both = (note: string): string => `(${deaf(note)}) & ${deaf(note)}`;
    expect(await notesAfterStop(both)).toBe(0);
  });

  test('a job may use its grace, and what it says then is in its log', async () => {
    const { run_id: runId } = await here.run(
      `trap 'echo good""bye; exit 0' TERM; ${ledger.noteAttempt('up')}; while true; do sleep 0.1; done`,
    );
    await eventually('it is up', () => ledger.attempts('up', runId).length === 1);
    await stopRun(here, runId);
    expect(await here.until(runId, 'STOPPED')).toMatchObject(STOPPED);
    expect(await here.logOf(runId)).toMatch(/^goodbye$/m);
  });
});

test('of a hundred runs at once each runs exactly once', { timeout: CROWD_MS }, async () => {
  const alias = await here.define(`${ledger.noteAttempt('crowd')}; exit 9`);
  const runs = await Promise.all(Array.from({ length: CROWD }, () => here.execute(alias)));
  // One after the other: a hundred pollers would keep the machine busy.
  for (const { run_id: id } of runs) {
    expect(await here.until(id, 'STOPPED')).toMatchObject({ exit_code: 9, attempt_count: 1 });
    expect(ledger.attempts('crowd', id)).toEqual([1]);
  }
});
