import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { eventually } from '../support/eventually.ts';
import { Faults } from '../support/faulty-engine.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
let faults: Faults;

beforeAll(async () => {
  faults = new Faults();
  let engine: LocalEngine | null = null;
  flotilla = await startFlotilla({
    engineFor: (cluster) => {
      engine ??= new LocalEngine(localClusterDir(flotillaDir(), cluster));
      return faults.wrap(engine);
    },
    config: { retry_max_attempts: 3, run_look_seconds: 3600 },
    onDir: (dir) => {
      dataDir = dir;
    },
  });
});
afterAll(() => flotilla.stop());

let dataDir = '';
const flotillaDir = (): string => dataDir;
const ledger = (): string => join(dataDir, 'ledger');
const note = (text: string): string => `echo ${text} $FLOTILLA_RUN_ATTEMPT >> ${ledger()}`;
const notes = (text: string): string[] =>
  existsSync(ledger())
    ? readFileSync(ledger(), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${text} `))
    : [];
const statuses = async (runId: string): Promise<string[]> =>
  (await flotilla.transitions(runId)).map((one) => one.status);
const attempts = async (runId: string) =>
  (
    await flotilla.api.json<{
      attempts: {
        attempt: number;
        state: string;
        exit_code: number | null;
        failure_class: string;
      }[];
    }>('GET', `/api/v8/runs/${runId}/attempts`)
  ).attempts;
const stop = (run: RunJson): Promise<unknown> =>
  flotilla.api.json('DELETE', `/api/v6/task/${run.definition_id}/history/${run.run_id}`);
const workflowStatus = async (runId: string): Promise<string> =>
  (await flotilla.temporal.workflow.getHandle(runId).describe()).status.name;

beforeEach(() => {
  faults.watchMuted = false;
});

describe('a run', () => {
  test('that exits 3 is STOPPED with 3, and its workflow completed', async () => {
    const run = await flotilla.run('exit 3');
    expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
      exit_code: 3,
      attempt_count: 1,
    });
    await eventually(
      'the workflow is closed',
      async () => (await workflowStatus(run.run_id)) === 'COMPLETED',
    );
    expect(await attempts(run.run_id)).toMatchObject([
      { attempt: 1, state: 'ended', exit_code: 3 },
    ]);
  });

  test('whose deadline passes is ended and says so', async () => {
    const run = await flotilla.run('sleep 60', { active_deadline_seconds: 1 });
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over).toMatchObject({
      exit_code: 1,
      exit_reason: 'JobRun exceeded specified timeout of 1 seconds',
    });
  });

  test('without a deadline has none', async () => {
    const run = await flotilla.run('sleep 1.5', { active_deadline_seconds: 0 });
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
  });

  test('that is told nothing is found by the sweep', async () => {
    faults.watchMuted = true;
    const run = await flotilla.run('exit 4');
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(4);
  });
});

describe('a sweep', () => {
  test('whose list is older than the end of a run takes its job for no orphan', async () => {
    const run = await flotilla.run('sleep 4');
    await flotilla.until(run.run_id, 'RUNNING');
    faults.next('list', async (call) => {
      const page = await call();
      await flotilla.until(run.run_id, 'STOPPED');
      return page;
    });
    let isNext = false;
    faults.next('list', (call) => {
      isNext = true;
      return call();
    });
    await eventually('the next sweep', () => isNext);
    const events = (await flotilla.get(run.run_id)).pod_events;
    expect(events.filter((event) => event.reason === 'OrphanEnded')).toEqual([]);
  });
});

describe('a launch', () => {
  test('without room waits in QUEUED, says why, and takes no attempt', async () => {
    faults
      .next('launch', () => {
        throw new FlotillaError('capacity', 'this host is full');
      })
      .next('launch', () => {
        throw new FlotillaError('capacity', 'this host is full');
      })
      .next('launch', () => {
        throw new FlotillaError('capacity', 'this host is full');
      });
    const run = await flotilla.run('exit 0');
    expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
      exit_code: 0,
      attempt_count: 1,
    });
    const reasons = (await flotilla.transitions(run.run_id)).map((one) => one.reason);
    expect(reasons).toContain('this host is full');
  });

  test('that is refused for good stops the run in the engine’s words', async () => {
    faults.next('launch', () => {
      throw new FlotillaError('rejected', 'this command cannot be');
    });
    const run = await flotilla.run('exit 0');
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over.exit_reason).toBe('this command cannot be');
    expect(over.exit_code).toBeUndefined();
  });

  test('whose answer was lost is found again and not repeated', async () => {
    faults.next('launch', async (call) => {
      await call();
      throw new Error('the connection broke');
    });
    const run = await flotilla.run(`${note('lost-answer')}; sleep 0.5`);
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
    expect(notes('lost-answer')).toEqual(['lost-answer 1']);
  });

  test('of which nobody can say whether it happened ends unknown, and is not repeated', async () => {
    faults
      .next('launch', () => {
        throw new Error('the connection broke');
      })
      .next('find', () => ({ kind: 'unknown', reason: 'the cluster is silent' }));
    const run = await flotilla.run(note('unknown-launch'));
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over.exit_code).toBeUndefined();
    expect(over.exit_reason).toBe('outcome unknown: the cluster is silent');
    expect(notes('unknown-launch')).toEqual([]);
  });

  test('is retried when unknown where the definition says so', async () => {
    const alias = await flotilla.define(note('retry-unknown'));
    await flotilla.database.rows(
      `UPDATE definition_version SET body = jsonb_set(body, '{retry_policy}', '{"retry_on_unknown": true}')
       WHERE body->>'alias' = $1`,
      [alias],
    );
    faults
      .next('launch', () => {
        throw new Error('the connection broke');
      })
      .next('find', () => ({ kind: 'unknown', reason: 'the cluster is silent' }));
    const run = await flotilla.execute(alias);
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(0);
    expect(await statuses(run.run_id)).toEqual([
      'QUEUED',
      'NEEDS_RETRY',
      'QUEUED',
      'PENDING',
      'RUNNING',
      'STOPPED',
    ]);
    expect(notes('retry-unknown')).toEqual(['retry-unknown 2']);
  });
});

describe('a failure of the host', () => {
  const lost = (call: () => Promise<never>) =>
    call().then((found: { kind: string; job: object }) => ({
      ...found,
      job: {
        ...found.job,
        phase: 'STOPPED',
        outcome: {
          exitCode: null,
          reason: 'the host restarted while the job ran',
          failure: 'host-lost',
          evidence: 'boot id a became b',
          startedAt: null,
          finishedAt: null,
          maxMemoryUsed: null,
          maxCpuUsed: null,
        },
      },
    }));

  test('needs a retry: the next attempt runs, the old one is ended first', async () => {
    faults.next('describe', lost);
    const run = await flotilla.run(
      `${note('host-lost')}; [ $FLOTILLA_RUN_ATTEMPT = 2 ] && exit 0; sleep 60`,
    );
    await eventually('it runs', () => notes('host-lost').length === 1);
    await flotilla.temporal.workflow.getHandle(run.run_id).signal('jobChanged', {
      attempt: 1,
      phase: 'MISSING',
    });
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over).toMatchObject({ exit_code: 0, attempt_count: 2 });
    expect(notes('host-lost')).toEqual(['host-lost 1', 'host-lost 2']);
    const steps = await flotilla.transitions(run.run_id);
    expect(steps.find((one) => one.status === 'NEEDS_RETRY')).toMatchObject({
      attempt: 1,
      reason: 'the host restarted while the job ran',
      evidence: 'boot id a became b',
    });
    expect(await attempts(run.run_id)).toMatchObject([
      { attempt: 1, state: 'ended', exit_code: null, failure_class: 'host-lost' },
      { attempt: 2, state: 'ended', exit_code: 0 },
    ]);
  });
});

describe('hints', () => {
  test('that are late, repeated or wrong change nothing', async () => {
    const go = join(dataDir, `go-${Date.now()}`);
    const run = await flotilla.run(`until [ -e ${go} ]; do sleep 0.05; done; exit 6`);
    await flotilla.until(run.run_id, 'RUNNING');
    const handle = flotilla.temporal.workflow.getHandle(run.run_id);
    for (const phase of ['STOPPED', 'MISSING', 'RUNNING', 'STOPPED']) {
      await handle.signal('jobChanged', { attempt: 1, phase });
    }
    for (const attempt of [0, 2, 7])
      await handle.signal('jobChanged', { attempt, phase: 'STOPPED' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await flotilla.get(run.run_id)).status).toBe('RUNNING');
    writeFileSync(go, '');
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(6);
    expect(await statuses(run.run_id)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  });
});

describe('a stop', () => {
  test('of a running job is confirmed before STOPPED is said', async () => {
    const run = await flotilla.run(`${note('stopped')}; sleep 60; ${note('after-stop')}`);
    await eventually('it runs', () => notes('stopped').length === 1);
    await stop(run);
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
    expect(over.finished_at).toBeDefined();
    expect(notes('after-stop')).toEqual([]);
    expect(await attempts(run.run_id)).toMatchObject([{ exit_code: 143 }]);
  });

  test('names who asked', async () => {
    const run = await flotilla.run('sleep 60');
    await fetch(`${flotilla.url}/api/v6/task/${run.definition_id}/history/${run.run_id}`, {
      method: 'DELETE',
      headers: { 'X-Forwarded-Email': 'bob@x.io', 'X-User-Name': 'Bob' },
    });
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over.exit_reason).toBe('Task terminated by - bob@x.io');
    const [last] = (await flotilla.transitions(run.run_id)).slice(-1);
    expect(last?.actor).toBe('bob@x.io');
  });

  test('that the engine cannot confirm yet goes on asking, and STOPPED waits', async () => {
    faults.next('end', () => ({ kind: 'ending', reason: 'the node does not answer' }));
    const run = await flotilla.run(`${note('slow-end')}; sleep 60`);
    await eventually('it runs', () => notes('slow-end').length === 1);
    await stop(run);
    await eventually('it says so', async () =>
      (await flotilla.transitions(run.run_id)).some(
        (one) => one.reason === 'still ending: the node does not answer',
      ),
    );
    expect((await flotilla.get(run.run_id)).status).toBe('RUNNING');
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(1);
  });

  test('in the middle of a launch leaves no job behind', async () => {
    let begun = false;
    let landed = false;
    faults.next('launch', async (call) => {
      begun = true;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      landed = true;
      return call();
    });
    const run = await flotilla.run(`${note('mid-launch')}; sleep 60`);
    await eventually('the launch is under way', () => begun);
    await stop(run);
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
    expect(landed).toBe(true);
    const before = notes('mid-launch').length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(notes('mid-launch')).toHaveLength(before);
    const engine = new LocalEngine(localClusterDir(dataDir, 'default'));
    const found = await engine.find({ runId: run.run_id, attempt: 1 });
    expect(found).toMatchObject({ kind: 'found', job: { phase: 'STOPPED' } });
  });

  test('of a run that waits for room ends it without a launch', async () => {
    for (let i = 0; i < 6; i += 1) {
      faults.next('launch', () => {
        throw new FlotillaError('capacity', 'full');
      });
    }
    const run = await flotilla.run(note('never'));
    await eventually('it waits', async () =>
      (await flotilla.transitions(run.run_id)).some((one) => one.reason === 'full'),
    );
    await stop(run);
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(1);
    expect(notes('never')).toEqual([]);
  });

  test('reaches children and grandchildren', async () => {
    const parent = await flotilla.run('sleep 60');
    const under = (runId: string) => ({ env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: runId }] });
    const child = await flotilla.run('sleep 60', under(parent.run_id));
    const grandchild = await flotilla.run('sleep 60', under(child.run_id));
    const runs = [parent, child, grandchild];
    await Promise.all(runs.map((run) => flotilla.until(run.run_id, 'RUNNING')));
    await stop(parent);
    for (const run of runs) {
      expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
        exit_reason: 'Task terminated by user',
      });
    }
    await expect(flotilla.run('true', under(parent.run_id))).rejects.toThrow(
      `parent run ${parent.run_id} is being stopped`,
    );
  });

  test('of a run that is over changes nothing', async () => {
    const run = await flotilla.run('exit 0');
    const over = await flotilla.until(run.run_id, 'STOPPED');
    await stop(run);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await flotilla.get(run.run_id)).toEqual(over);
  });

  test('by cancelling the workflow ends the job, and the workflow is cancelled', async () => {
    const run = await flotilla.run(`${note('cancelled')}; sleep 60`);
    await eventually('it runs', () => notes('cancelled').length === 1);
    await flotilla.temporal.workflow.getHandle(run.run_id).cancel();
    expect((await flotilla.until(run.run_id, 'STOPPED')).exit_reason).toBe(
      'Task terminated by - Temporal (workflow cancelled)',
    );
    await eventually(
      'the workflow is closed',
      async () => (await workflowStatus(run.run_id)) === 'CANCELLED',
    );
  });

  test('by terminating the workflow is noticed: the job is ended and the run settled', async () => {
    const run = await flotilla.run(`${note('terminated')}; sleep 60; ${note('after-terminate')}`);
    await eventually('it runs', () => notes('terminated').length === 1);
    await flotilla.until(run.run_id, 'RUNNING');
    await flotilla.temporal.workflow.getHandle(run.run_id).terminate('by an operator');
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over.exit_code).toBeUndefined();
    expect(over.exit_reason).toContain('its workflow was terminated');
    expect(notes('after-terminate')).toEqual([]);
  });
});
