import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Change, Engine, Job } from '../../../engines/engine.ts';
import { SharedCluster } from '../../../engines/shared-cluster.ts';

const EKS_RUN = 'eks-5b7c-cd7a-4667-8e30-aa9a8a07f1fd';
const SPARK_RUN = 'eks-spark-a7e-4b51-8e30-aa9a8a07f1fd';

const job = (runId: string): Job => ({
  runId,
  attempt: 1,
  externalId: runId,
  phase: 'RUNNING',
  startedAt: null,
  outcome: null,
  alive: true,
  note: null,
  place: null,
});

/** Answers everything with its name, and has jobs of both kinds. */
function engine(name: string, more: Partial<Engine> = {}): Engine & Required<Pick<Engine, 'tail'>> {
  const answer = async () => ({ kind: 'unknown', reason: name }) as const;
  const none = async function* (): AsyncGenerator<never> {};
  return {
    name: 'eks',
    launch: async (spec) => ({ ...job(spec.runId), note: name }),
    find: answer,
    describe: answer,
    end: async () => ({ kind: 'ending', reason: name }),
    list: async () => ({ jobs: [job(EKS_RUN), job(SPARK_RUN)], next: null }),
    watch: none,
    logs: none,
    logSize: async () => name.length,
    logFile: () => null,
    tail: none,
    notices: () => [],
    probe: async () => name,
    release: async () => undefined,
    close: async () => undefined,
    ...more,
  };
}

const nobody = (): void => undefined;
const away = async (): Promise<never> => {
  throw new Error('EMR is away');
};

test.each([
  [EKS_RUN, 'kubernetes'],
  [SPARK_RUN, 'emr'],
])('run %s is of %s', async (runId, reason) => {
  const cluster = new SharedCluster(engine('kubernetes'), engine('emr'), nobody);
  expect(await cluster.find({ runId, attempt: 1 })).toMatchObject({ reason });
});

test.each([
  ['jobs/name/uid', 'kubernetes'],
  [`jobs/${EKS_RUN}`, 'kubernetes'],
  [EKS_RUN, 'kubernetes'],
  ['vc1/0001', 'emr'],
  ['0000000345', 'emr'],
])('a job called %s is of %s', async (externalId, reason) => {
  const cluster = new SharedCluster(engine('kubernetes'), engine('emr'), nobody);
  expect(await cluster.describe(externalId)).toMatchObject({ reason });
});

test('a Spark run on a cluster without a virtual cluster waits, and says for what', async () => {
  const cluster = new SharedCluster(engine('kubernetes'), null, nobody);
  const refused = { code: 'unavailable', message: expect.stringContaining('emr_virtual_clusters') };
  await expect(cluster.find({ runId: SPARK_RUN, attempt: 1 })).rejects.toMatchObject(refused);
});

test('the list has the jobs of both, and pods of Spark are no jobs of Kubernetes', async () => {
  const cluster = new SharedCluster(
    engine('kubernetes'),
    engine('emr', { list: async () => ({ jobs: [job(SPARK_RUN)], next: null }) }),
    nobody,
  );
  const first = await cluster.list(null);
  const second = await cluster.list(first.next);
  expect(first.jobs.map(({ runId }) => runId)).toEqual([EKS_RUN]);
  expect(second).toEqual({ jobs: [job(SPARK_RUN)], next: null });
});

test('while EMR is away, the list says of whose jobs nothing follows', async () => {
  const cluster = new SharedCluster(engine('kubernetes'), engine('emr', { list: away }), nobody);
  const { next } = await cluster.list(null);
  const unlisted = { engine: 'eks-spark', reason: 'EMR is away' };
  expect(await cluster.list(next)).toEqual({ jobs: [], next: null, unlisted });
  const sick = new SharedCluster(engine('kubernetes'), engine('emr', { probe: away }), nobody);
  expect(await sick.probe()).toBe('kubernetes; EMR: EMR is away');
});

test('while EMR is away, the watch of Kubernetes goes on', async () => {
  const watch = async function* (): AsyncGenerator<Change> {
    await sleep(20);
    yield { kind: 'job', job: job(EKS_RUN) };
    await sleep(60_000, undefined, { ref: false });
  };
  const broken = async function* (): AsyncGenerator<Change> {
    await away();
    yield* [];
  };
  const warned: string[] = [];
  const cluster = new SharedCluster(
    engine('kubernetes', { watch }),
    engine('emr', { watch: broken }),
    (message) => warned.push(message),
  );
  const stop = new AbortController();
  const changes = cluster.watch(stop.signal)[Symbol.asyncIterator]();
  expect(await changes.next()).toMatchObject({ value: { job: { runId: EKS_RUN } } });
  expect(warned).toEqual(['the watch of Spark jobs broke off']);
  stop.abort();
});
