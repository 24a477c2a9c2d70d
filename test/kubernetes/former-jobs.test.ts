import type { V1Job } from '@kubernetes/client-node';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Change, Job } from '../../engines/engine.ts';
import { newRunId } from '../../domain/run.ts';
import { grantAccess } from '../support/kubernetes/access.ts';
import { sharedCluster } from '../support/kubernetes/attach.ts';
import { eventually } from '../support/eventually.ts';
import {
  asOfFlotillaOs,
  launchAsFormer,
  untilOver,
  untilRunning,
  type FormerJob,
} from '../support/kubernetes/former.ts';
import { engineOn } from '../support/kubernetes/flotilla.ts';
import { inNamespace, podsOf } from '../support/kubernetes/objects.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';

const shared = sharedCluster();
const cluster = shared as TestCluster;
beforeEach(({ skip }) => {
  if ('why' in shared) skip(shared.why);
});
beforeAll(async () => {
  if (!('why' in shared)) await asOfFlotillaOs(shared);
});

const launch = (command: string, more: FormerJob = {}): Promise<string> =>
  launchAsFormer(cluster, command, more);
/** As `flotilla adopt` names it. */
const named = (runId: string): string => `${cluster.namespace}/${runId}`;

async function jobOf(runId: string): Promise<V1Job> {
  return JSON.parse(await inNamespace(cluster, 'get', 'job', runId, '-ojson')) as V1Job;
}

async function described(runId: string): Promise<Job> {
  const found = await engineOn(cluster).describe(named(runId));
  if (found.kind !== 'found') throw new Error(`it is ${found.kind}`);
  return found.job;
}

/** What a watch says of a run until it is over. */
async function watched(runId: string): Promise<Job[]> {
  const [ending, told] = [new AbortController(), [] as Job[]];
  for await (const change of engineOn(cluster).watch(ending.signal) as AsyncIterable<Change>) {
    if (change.kind !== 'job' || change.job.runId !== runId) continue;
    told.push(change.job);
    if (change.job.phase === 'STOPPED') ending.abort();
  }
  return told;
}

test('nothing of a Job of flotilla-os is listed, watched or changed before somebody asks for it', async () => {
  const runId = await launch('sleep 6; exit 4');
  await untilRunning(cluster, runId);
  const before = await jobOf(runId);
  const heard = watched(runId);
  const { jobs } = await engineOn(cluster).list();
  expect(jobs.filter((job) => job.runId === runId)).toEqual([]);
  // Its status is the Job controller's, and may go on.
  const { metadata, spec } = await jobOf(runId);
  expect(spec).toEqual(before.spec);
  expect(metadata?.labels).toEqual(before.metadata?.labels);
  expect(await described(runId)).toMatchObject({ attempt: 1, phase: 'RUNNING', alive: true });
  const after = await engineOn(cluster).list();
  expect(after.jobs.filter((job) => job.runId === runId)).toMatchObject([{ phase: 'RUNNING' }]);
  const told = await heard;
  expect(told.map(({ phase }) => phase)).toEqual(['RUNNING', 'STOPPED']);
  expect(told.at(-1)).toMatchObject({ outcome: { exitCode: 4, failure: 'app-exit' } });
  expect(told[0]?.place?.pod).toMatch(new RegExp(`^${runId}-`));
});

test('once asked for, it is kept until it is released, and its deadline no longer takes its log', async () => {
  const runId = await launch('true', { deadlineSeconds: 100 });
  const { metadata } = await jobOf(runId);
  await untilOver(cluster, runId);
  expect(await described(runId)).toMatchObject({ outcome: { exitCode: 0, failure: null } });
  const ours = await jobOf(runId);
  expect(ours.metadata?.uid).toBe(metadata?.uid);
  expect(ours.metadata?.labels).toMatchObject({
    'flotilla-run-id': runId,
    'flotilla-run-attempt': '1',
  });
  expect(ours.spec).toMatchObject({ activeDeadlineSeconds: 1000, backoffLimit: 0 });
  expect(ours.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  await described(runId);
  expect((await jobOf(runId)).spec?.activeDeadlineSeconds).toBe(1000);
  await engineOn(cluster).release({ runId, attempt: 1 });
  expect((await jobOf(runId)).spec?.ttlSecondsAfterFinished).toBe(3600);
});

test('one that is looked for by its run is found, with the log from its beginning', async () => {
  const runId = await launch('set +x; for i in 1 2 3; do echo line $i; done; sleep 2; echo end');
  await untilRunning(cluster, runId);
  const found = await engineOn(cluster).find({ runId, attempt: 1 });
  expect(found).toMatchObject({ kind: 'found', job: { phase: 'RUNNING' } });
  if (found.kind !== 'found' || engineOn(cluster).tail === undefined) throw new Error('no log');
  const { signal } = new AbortController();
  let text = '';
  for await (const { bytes } of engineOn(cluster).tail(found.job.externalId, null, {
    follow: true,
    signal,
  }))
    text += Buffer.from(bytes).toString();
  // The trace is on stderr, which a node reads apart from stdout: their order is not the job's.
  const lines = text.split('\n');
  expect(lines.filter((line) => !line.startsWith('+ '))).toEqual([
    ...['line 1', 'line 2', 'line 3', 'end'],
    '',
  ]);
  expect(lines).toContain('+ set +x');
  expect(lines).toHaveLength(6);
});

test.each([
  [
    'was killed for memory',
    { memory: 64 },
    'exec dd if=/dev/zero of=/dev/null bs=200000000 count=1',
    { exitCode: 137, failure: 'oom' },
  ],
  [
    'was over its deadline',
    { deadlineSeconds: 2 },
    'sleep 60',
    { exitCode: 124, failure: 'deadline' },
  ],
])('one that %s says so', async (_, more, command, outcome) => {
  const runId = await launch(command, more);
  await untilOver(cluster, runId);
  expect(await described(runId)).toMatchObject({ phase: 'STOPPED', outcome });
});

test('when its pod is gone the Job tells of success, and of a failure that the code is not known', async () => {
  const [good, bad] = [await launch('true'), await launch('exit 3')];
  for (const runId of [good, bad]) {
    await untilOver(cluster, runId);
    await inNamespace(cluster, 'delete', 'pod', `--selector=job-name=${runId}`);
  }
  expect(await described(good)).toMatchObject({ outcome: { exitCode: 0, failure: null } });
  expect(await described(bad)).toMatchObject({
    outcome: {
      exitCode: null,
      failure: 'unknown',
      evidence: expect.stringContaining('BackoffLimitExceeded') as string,
    },
  });
});

test('one without a node is pending, and is ended for good', async () => {
  const runId = await launch('sleep 60', { arch: 'arm64' });
  await eventually('it has a pod', async () => (await podsOf(cluster, runId)).length > 0);
  await eventually('it says why it waits', async () =>
    (await described(runId)).note?.startsWith('unschedulable'),
  );
  expect(await described(runId)).toMatchObject({ phase: 'PENDING' });
  const { signal } = new AbortController();
  const ended = await engineOn(cluster).end({
    ...{ ref: { runId, attempt: 1 }, externalId: named(runId), graceSeconds: 0, signal },
  });
  expect(ended).toMatchObject({ kind: 'confirmed', own: false });
  // The Job controller takes note of it, and makes no other.
  await expect.poll(() => podsOf(cluster, runId)).toEqual([]);
  await untilOver(cluster, runId);
  expect(await podsOf(cluster, runId)).toEqual([]);
});

test('where a cluster names another namespace, a Job of flotilla-os is found in the one it had', async () => {
  const elsewhere = `former-${newRunId('eks').slice(-8)}`;
  await grantAccess((args, input = '') => cluster.kubectlWith(input, ...args), elsewhere);
  const engine = engineOn(
    cluster,
    {
      eks_kubeconfig: cluster.kubeconfig,
      eks_job_namespace: elsewhere,
    },
    cluster.namespace,
  );
  const runId = await launch('sleep 60', { namespace: elsewhere });
  const ref = { runId, attempt: 1 };
  const pods = () => cluster.kubectl('get', 'pods', '--namespace', elsewhere, '-oname');
  await eventually('it has a pod', async () => (await pods()) !== '');
  const found = await engine.find(ref);
  expect(found).toMatchObject({
    kind: 'found',
    job: { externalId: expect.stringMatching(new RegExp(`^${elsewhere}/${runId}/`)) as string },
  });
  expect(await engine.find({ runId: newRunId('eks'), attempt: 1 })).toEqual({ kind: 'absent' });
  const { signal } = new AbortController();
  const ended = await engine.end({ ref, externalId: null, graceSeconds: 0, signal });
  expect(ended).toMatchObject({ kind: 'confirmed', own: false });
  expect(await pods()).toBe('');
  await engine.release(ref);
  expect(await cluster.kubectl('get', 'jobs', '--namespace', elsewhere, '-oname')).toBe('');
  // Whoever may not look there has nothing there.
  const restricted = engineOn(cluster, { eks_job_namespace: 'kube-system' }, cluster.namespace);
  expect(await restricted.find({ runId: newRunId('eks'), attempt: 1 })).toEqual({ kind: 'absent' });
  await cluster.kubectl('delete', 'namespace', elsewhere, '--wait=false');
});
