import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { startWorker } from '../../worker.ts';
import { eventually } from '../support/eventually.ts';
import { grantAccess } from '../support/kubernetes/access.ts';
import { engineOn, flotillaOn } from '../support/kubernetes/flotilla.ts';
import { couldRun, inNamespace, jobsOf, podsOf } from '../support/kubernetes/objects.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { cluster, flotilla } = sharedFlotilla();

interface AttemptJson {
  attempt: number;
  external_id: string | null;
  failure_class: string | null;
  evidence: string | null;
}

async function attemptsOf(runId: string, api = flotilla().api): Promise<AttemptJson[]> {
  const path = `/api/v8/runs/${runId}/attempts`;
  return (await api.json<{ attempts: AttemptJson[] }>('GET', path)).attempts;
}

/** A run that has begun, and goes on for a minute unless it is told otherwise. */
async function begun(then = 'sleep 60'): Promise<string> {
  const { run_id: runId } = await flotilla().run(
    `${cluster().ledger.noteAttempt('began')}; ${then}`,
  );
  await eventually('it runs', () => cluster().ledger.attempts('began', runId).length === 1);
  await flotilla().until(runId, 'RUNNING');
  return runId;
}

test.each(['job', 'pod'])(
  'a %s deleted by hand: the run says so, and is not retried',
  async (kind) => {
    const runId = await begun();
    const label = kind === 'job' ? runId : `--selector=flotilla-run-id=${runId}`;
    await inNamespace(cluster(), 'delete', kind, label, '--wait=false');
    const over = await flotilla().until(runId, 'STOPPED');
    expect(over.exit_code).toBeUndefined();
    expect(over.exit_reason).toBe('deleted on its cluster, not by Flotilla');
    expect(await attemptsOf(runId)).toMatchObject([
      { failure_class: 'deleted-by-hand', evidence: expect.stringContaining(runId) as string },
    ]);
    expect(cluster().ledger.attempts('began', runId)).toEqual([1]);
  },
);

test('a Job deleted by hand without its pod: the pod goes on, and its exit code is the run’s', async () => {
  const runId = await begun('sleep 8; exit 6');
  await inNamespace(cluster(), 'delete', 'job', runId, '--cascade=orphan');
  expect(await flotilla().until(runId, 'STOPPED')).toMatchObject({
    exit_code: 6,
    attempt_count: 1,
  });
  expect(cluster().ledger.attempts('began', runId)).toEqual([1]);
});

test('a pod without a Job whose run is over is ended by the sweep', async () => {
  const runId = await begun(`trap '' TERM; sleep 3; true`);
  await flotilla().until(runId, 'STOPPED');
  // As what a launch that thawed too late would have left, its Job deleted since.
  const labels = {
    'flotilla-run-id': runId,
    'flotilla-run-attempt': '9',
    'job-name': `${runId}-9`,
  };
  await apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${runId}-9-abcde`,
      labels: { ...labels, 'controller-uid': randomUUID() },
    },
    spec: podSpec('sleep 300'),
  });
  const pods = async (): Promise<(string | undefined)[]> =>
    (await podsOf(cluster(), runId))
      .map(({ metadata }) => metadata?.name)
      .filter((name) => name?.startsWith(`${runId}-9`));
  await expect.poll(pods, { timeout: 45_000 }).toEqual([]);
});

const podSpec = (command: string): object => ({
  restartPolicy: 'Never',
  terminationGracePeriodSeconds: 1,
  containers: [
    {
      name: 'main',
      image: cluster().images.bash,
      imagePullPolicy: 'IfNotPresent',
      command: ['bash', '-c', command],
    },
  ],
});

const apply = (manifest: object): Promise<string> =>
  cluster().kubectlWith(
    JSON.stringify(manifest),
    ...['--namespace', cluster().namespace, 'create', '-f', '-'],
  );

function foreignJob(name: string): Promise<string> {
  return apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: podSpec('sleep 300') } },
  });
}

test.each(['launched', 'stopped'])(
  'a Job of its name that is another’s: %s, the run is over, the Job untouched',
  async (how) => {
    const here = await flotillaOn(cluster(), { worker: false });
    let worker: Awaited<ReturnType<typeof startWorker>> | null = null;
    try {
      const { run_id: runId } = await here.run(cluster().ledger.noteAttempt('began'));
      await foreignJob(runId);
      const { metadata } = await theJob(runId);
      if (how === 'stopped') await here.api.json('POST', `/api/v8/runs/${runId}/stop`);
      worker = await startWorker({
        config: here.config,
        log: here.log,
        onClient: here.server.adopt,
      });
      const over = await here.until(runId, 'STOPPED');
      if (how === 'launched') {
        expect(over.exit_code).toBeUndefined();
        expect(over.exit_reason).toContain(`a Job named ${runId} is there, and not of this run`);
      }
      await eventually('it is released', async () => {
        const { rows } = await here.database.db.$client.query(
          'SELECT 1 FROM launch_attempt WHERE run_id = $1 AND released_at IS NULL',
          [runId],
        );
        return rows.length === 0;
      });
      // As in a stop that comes in the middle of a launch.
      const { signal } = new AbortController();
      const request = { ref: { runId, attempt: 1 }, externalId: null, graceSeconds: 0, signal };
      const ended = await engineOn(cluster()).end(request);
      expect(ended).toEqual({ kind: 'confirmed', own: false, job: null });
      const now = await theJob(runId);
      expect(now.metadata?.uid).toBe(metadata?.uid);
      expect(couldRun(now)).toBe(true);
      expect(cluster().ledger.attempts('began', runId)).toEqual([]);
      await inNamespace(cluster(), 'delete', 'job', runId, '--wait=false');
    } finally {
      await worker?.stop();
      await here.stop();
    }
  },
);

type JobJson = Awaited<ReturnType<typeof jobsOf>>[number];

async function theJob(name: string): Promise<JobJson> {
  return JSON.parse(await inNamespace(cluster(), 'get', 'job', name, '-ojson')) as JobJson;
}

test('a Job that runs though its run is over is ended on sight, which its run’s events say', async () => {
  const here = await flotillaOn(cluster(), { config: { eks_job_ttl_seconds: 600 } });
  try {
    const { run_id: runId } = await here.run('sleep 60');
    await here.until(runId, 'RUNNING');
    const made = await theJob(runId);
    const { uid: _, ...metadata } = made.metadata ?? {};
    await here.api.json('POST', `/api/v8/runs/${runId}/stop`);
    await here.until(runId, 'STOPPED');
    await eventually(
      'its Job is dropped',
      async () => (await jobsOf(cluster(), runId)).length === 0,
    );
    const name = `${runId}-2`;
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        labels: { ...metadata.labels, 'flotilla-run-attempt': '2' },
        annotations: { 'flotilla/ended': '' },
      },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { labels: { ...metadata.labels, 'flotilla-run-attempt': '2' } },
          spec: podSpec(`trap 'exit 9' TERM; sleep 300 & wait`),
        },
      },
    });
    await eventually('no pod of it is left', async () => {
      const [pods, job] = await Promise.all([podsOf(cluster(), runId), theJob(name)]);
      return pods.length === 0 && job.metadata?.annotations?.['flotilla/ended'] !== '';
    });
    const said = async (): Promise<string[]> =>
      (await here.get(runId)).pod_events.map(({ reason }) => reason);
    await expect.poll(said, { timeout: 45_000 }).toContain('OrphanEnded');
  } finally {
    await here.stop();
  }
});

test('a pod evicted from its node: the run needs a retry, and its second attempt ends it', async () => {
  const runId = await begun('[ $FLOTILLA_RUN_ATTEMPT = 2 ] || sleep 60');
  const [pod] = await podsOf(cluster(), runId);
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await cluster().kubectlWith(JSON.stringify(eviction), 'create', '--raw', path, '-f', '-');
  expect(await flotilla().until(runId, 'STOPPED')).toMatchObject({
    exit_code: 0,
    attempt_count: 2,
  });
  const [first] = await attemptsOf(runId);
  expect(first).toMatchObject({ failure_class: 'evicted' });
  expect(first?.evidence).toContain('EvictionByEvictionAPI');
  const statuses = (await flotilla().transitions(runId)).map(({ status }) => status);
  expect(statuses).toContain('NEEDS_RETRY');
  expect(cluster().ledger.attempts('began', runId)).toEqual([1, 2]);
});

test('a cluster that is added while the worker runs is served at once, in its namespace', async () => {
  const name = `added-${randomUUID().slice(0, 8)}`;
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-added-'));
  const path = join(dir, 'kubeconfig');
  const here = await flotillaOn(cluster(), {
    config: { eks_kubeconfig: [cluster().restrictedKubeconfig, path].join(delimiter) },
  });
  try {
    const kubectl = (args: string[], input = ''): Promise<string> =>
      cluster().kubectlWith(input, ...args);
    const token = await grantAccess(kubectl, name);
    writeFileSync(path, withContext(cluster().restrictedKubeconfig, name, token), { mode: 0o600 });
    const row = { name, engine: 'eks', region: 'test', namespace: name };
    await here.api.json('POST', '/api/v8/clusters', row);
    const alias = await here.define('exit 0');
    const { run_id: runId } = await here.execute(alias, { cluster: name });
    expect(await here.until(runId, 'STOPPED')).toMatchObject({ exit_code: 0, cluster: name });
    const [attempt] = await attemptsOf(runId, here.api);
    expect(attempt?.external_id).toMatch(new RegExp(`^${name}/`));
  } finally {
    await here.stop();
    rmSync(dir, { recursive: true, force: true });
    await cluster().kubectl('delete', 'namespace', name, '--wait=false');
  }
});

/** The kubeconfig with one context of another name, for the same server. */
function withContext(kubeconfig: string, name: string, token: string): string {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const made = new KubeConfig();
  made.loadFromClusterAndUser({ ...required(config.getCurrentCluster()), name }, { name, token });
  made.contexts = [{ name, cluster: name, user: name }];
  made.setCurrentContext(name);
  return made.exportConfig();
}

function required<T>(value: T | null): T {
  if (value === null) throw new Error('the kubeconfig names no cluster');
  return value;
}
