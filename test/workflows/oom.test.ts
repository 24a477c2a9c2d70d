import { afterAll, beforeAll, expect, test } from 'vitest';
import { findCgroupRoot } from '../../engines/local/cgroup.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { Faults } from '../support/faulty-engine.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const TAKES_100_MB = `set +x; x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo \${#x}`;

let flotilla: TestFlotilla;
let faults: Faults;
let dataDir = '';
beforeAll(async () => {
  faults = new Faults();
  flotilla = await startFlotilla({
    engineFor: (cluster) => faults.wrap(new LocalEngine(localClusterDir(dataDir, cluster))),
    onDir: (dir) => {
      dataDir = dir;
    },
  });
});
afterAll(() => flotilla.stop());

/** A run of 64 MB whose definition retries in this way, until it is over. */
async function run(command: string, retry: Record<string, unknown>) {
  const alias = await flotilla.define(command, { memory: 64, cpu: 100 });
  const definition = await flotilla.api.json<{ definition_id: string }>(
    'GET',
    `/api/v6/task/alias/${alias}`,
  );
  await flotilla.api.json('PATCH', `/api/v8/definitions/${definition.definition_id}`, {
    retry_policy: retry,
  });
  const { run_id: runId } = await flotilla.execute(alias);
  const over = await flotilla.until(runId, 'STOPPED');
  const { attempts } = await flotilla.api.json<{ attempts: unknown[] }>(
    'GET',
    `/api/v8/runs/${runId}/attempts`,
  );
  const steps = await flotilla.transitions(runId);
  return { over, attempts, retried: steps.filter((one) => one.status === 'NEEDS_RETRY') };
}

const killedForMemory = (call: () => Promise<never>) =>
  call().then((found: { kind: string; job: { outcome: object } }) => ({
    ...found,
    job: {
      ...found.job,
      outcome: { ...found.job.outcome, exitCode: 137, reason: 'OOMKilled', failure: 'oom' },
    },
  }));

const ATTEMPTS = [
  {
    attempt: 1,
    exit_code: 137,
    failure_class: 'oom',
    asked_memory_mb: 64,
    given_memory_mb: 64,
    asked_cpu_millicores: 100,
    given_cpu_millicores: 100,
    sizing: null,
  },
  {
    attempt: 2,
    exit_code: 0,
    asked_memory_mb: 64,
    given_memory_mb: 112,
    sizing: 'memory 112 MB (asked: 64 MB): attempt 1 was killed for memory',
    pod_name: null,
    host: null,
    max_cpu_used_millicores: null,
  },
];
const REASON = 'OOMKilled with 64 MB; the next attempt gets 112 MB';

test('a run that is killed for memory is launched again with more', async () => {
  faults.next('describe', killedForMemory);
  const { over, attempts, retried } = await run('exit 0', { retry_on_oom: true });
  expect(over).toMatchObject({ exit_code: 0, attempt_count: 2 });
  expect(attempts).toMatchObject(ATTEMPTS);
  expect(retried).toMatchObject([{ attempt: 1, reason: REASON }]);
});

test('and stays over where nobody asked for that', async () => {
  faults.next('describe', killedForMemory);
  const { over, attempts } = await run('exit 0', {});
  expect(over).toMatchObject({ exit_code: 137, exit_reason: 'OOMKilled', attempt_count: 1 });
  expect(attempts).toHaveLength(1);
});

test.skipIf(findCgroupRoot() === null)(
  'a job that needs more memory than it was given gets it',
  async () => {
    const { over, attempts, retried } = await run(TAKES_100_MB, {
      retry_on_oom: true,
      oom_memory_factor: 10,
    });
    expect(over).toMatchObject({ exit_code: 0, attempt_count: 2 });
    expect(attempts).toMatchObject([
      { exit_code: 137, failure_class: 'oom', given_memory_mb: 64 },
      { exit_code: 0, given_memory_mb: 640 },
    ]);
    expect(retried).toHaveLength(1);
  },
);
