import { randomUUID } from 'node:crypto';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { seedCluster } from '../db/clusters.ts';
import { FlotillaError } from '../domain/errors.ts';
import { newRunId } from '../domain/run.ts';
import { KubeApi } from '../engines/eks/api.ts';
import { podPath } from '../engines/eks/jobs.ts';
import { listAndWatch } from '../engines/eks/list-watch.ts';
import { DEFAULT_LABEL_KEYS } from '../engines/eks/names.ts';
import { mainState } from '../engines/eks/pod.ts';
import { Jobs } from '../engines/eks/jobs.ts';
import { buildJob } from '../engines/eks/spec.ts';
import type { EksSettings } from '../engines/eks/settings.ts';
import { attemptSpec, limitedTo } from '../test/support/attempt-spec.ts';
import { startCluster } from '../test/support/kubernetes/start.ts';
import type { TestCluster } from '../test/support/kubernetes/test-cluster.ts';
import { findKubernetes } from '../test/support/provision/kubernetes.ts';
import { keepTo } from './cores.ts';
import { inParallel, percentiles, round, untilCount } from './measure.ts';
import { createStack, end, type BenchStack } from './stack.ts';

/** The cluster has one core in both measurements, and whoever asks it the other. */
const CLUSTER_CORE = 0;
const OWN_CORE = 1;
const JOBS = 200;
const AT_ONCE = 16;
const LONE_RUNS = 30;
const MEMORY_MB = 512;
const CPU = 250;

/** Two hundred runs on a Kubernetes of two nodes beside a bare loop that creates the same Jobs. */
export function kubernetes(): Promise<Record<string, unknown>> {
  return onCluster(async (cluster) => {
    const bareSeconds = await bareLoop(cluster);
    const runsSeconds = await serving(cluster, (stack) => manyRuns(stack, cluster));
    return {
      [`${JOBS} jobs by a bare loop, s`]: round(bareSeconds),
      [`${JOBS} runs, submit to all STOPPED, s`]: round(runsSeconds),
      share: Math.round((runsSeconds / bareSeconds) * 100) / 100,
    };
  });
}

/** What lies between the kubelet's word that a job is over and STOPPED in the database. */
export function kubernetesEnd(): Promise<Record<string, unknown>> {
  return onCluster(async (cluster) => {
    const beyond = await serving(cluster, (stack) => loneRuns(stack, cluster));
    return {
      "kubelet's report to STOPPED, ms": percentiles(beyond),
      'of runs one after the other': LONE_RUNS,
    };
  });
}

async function onCluster<T>(work: (cluster: TestCluster) => Promise<T>): Promise<T> {
  const found = await findKubernetes((text) => console.log(text), { fetch: true });
  if ('why' in found) throw new Error(found.why);
  keepTo(CLUSTER_CORE);
  const cluster = await startCluster({ binary: found.binary, nodes: 2, registry: false });
  keepTo(OWN_CORE);
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}

async function serving<T>(
  cluster: TestCluster,
  work: (stack: BenchStack) => Promise<T>,
): Promise<T> {
  const stack = await createStack('file');
  try {
    await seedCluster(stack.database.db, {
      name: cluster.context,
      engine: 'eks',
      region: 'bench',
    });
    const serve = await stack.start('serve', {
      EKS_KUBECONFIG: cluster.restrictedKubeconfig,
      EKS_JOB_NAMESPACE: cluster.namespace,
      EKS_IMAGE_PULL_POLICY: 'IfNotPresent',
    });
    const result = await work(stack);
    await end(serve);
    return result;
  } finally {
    await stack.close();
  }
}

function apiOf(cluster: TestCluster): KubeApi {
  return new KubeApi(() => {
    const config = new KubeConfig();
    config.loadFromFile(cluster.restrictedKubeconfig);
    return config;
  });
}

/** Seconds from the first request until the last pod's container has ended. */
async function bareLoop(cluster: TestCluster): Promise<number> {
  const api = apiOf(cluster);
  const jobs = new Jobs(api);
  const settings = settingsOf(cluster);
  const features = {
    version: '',
    podFailurePolicy: true,
    podReplacementPolicy: true,
    karpenter: false,
  };
  const ended = new Ends(api, cluster);
  const began = performance.now();
  await inParallel(JOBS, AT_ONCE, async () => {
    const spec = attemptSpec('true', {
      runId: newRunId('eks'),
      image: cluster.images.bash,
      ...sized(),
    });
    const job = buildJob(spec, settings, features);
    if (job.spec !== undefined) job.spec.suspend = false;
    await jobs.create(job);
  });
  await ended.count(JOBS);
  const seconds = (performance.now() - began) / 1000;
  ended.close();
  await cluster.kubectl('delete', 'jobs', '--all', '-n', cluster.namespace, '--wait=true');
  api.close();
  return seconds;
}

function sized() {
  const { resources } = limitedTo(MEMORY_MB);
  return { resources: { ...resources, cpuMillicores: CPU, cpuLimitMillicores: CPU } };
}

async function manyRuns(stack: BenchStack, cluster: TestCluster): Promise<number> {
  await define(stack, cluster, 'noop', 'true');
  const began = performance.now();
  await inParallel(JOBS, AT_ONCE, () => execute(stack, cluster, 'noop'));
  await untilCount(stack.database, 'noop', 'STOPPED', JOBS);
  return (performance.now() - began) / 1000;
}

/** Milliseconds between the kubelet's report, as a watch of our own has it, and STOPPED. */
async function loneRuns(stack: BenchStack, cluster: TestCluster): Promise<number[]> {
  const api = apiOf(cluster);
  const ended = new Ends(api, cluster);
  await define(stack, cluster, 'nap', 'sleep 1');
  const took: number[] = [];
  for (let i = 0; i < LONE_RUNS; i += 1) {
    const { run_id: runId } = await execute(stack, cluster, 'nap');
    await untilStopped(stack, runId);
    took.push(Math.max(performance.now() - (await ended.of(runId)), 0));
  }
  ended.close();
  api.close();
  return took;
}

async function untilStopped(stack: BenchStack, runId: string): Promise<void> {
  for (;;) {
    const query = 'SELECT 1 FROM task WHERE run_id = $1 AND status = $2';
    const { rowCount } = await stack.database.pool.query(query, [runId, 'STOPPED']);
    if ((rowCount ?? 0) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** When the kubelet said that each run's container had ended. */
class Ends {
  readonly #at = new Map<string, number>();
  readonly #stop = new AbortController();
  #waiting: (() => void)[] = [];

  constructor(api: KubeApi, cluster: TestCluster) {
    void this.#follow(api, cluster);
  }

  async #follow(api: KubeApi, { namespace }: TestCluster): Promise<void> {
    const query = { labelSelector: DEFAULT_LABEL_KEYS.runId };
    const seen = listAndWatch<V1Pod>(api, podPath(namespace), query, this.#stop.signal);
    for await (const one of seen) {
      for (const pod of one.type === 'LISTED' ? one.items : [one.object]) {
        const runId = pod.metadata?.labels?.[DEFAULT_LABEL_KEYS.runId] ?? randomUUID();
        if (mainState(pod)?.terminated === undefined || this.#at.has(runId)) continue;
        this.#at.set(runId, performance.now());
        for (const wake of this.#waiting.splice(0)) wake();
      }
    }
  }

  async count(many: number): Promise<void> {
    while (this.#at.size < many) await this.#next();
  }

  async of(runId: string): Promise<number> {
    for (;;) {
      const at = this.#at.get(runId);
      if (at !== undefined) return at;
      await this.#next();
    }
  }

  close(): void {
    this.#stop.abort();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

async function define(
  stack: BenchStack,
  cluster: TestCluster,
  alias: string,
  command: string,
): Promise<void> {
  const body = { alias, image: cluster.images.bash, group_name: 'bench', command };
  await stack.api.json('POST', '/api/v6/task', { ...body, memory: MEMORY_MB, cpu: CPU });
}

/** Asks again where it is told to. */
async function execute(
  stack: BenchStack,
  cluster: TestCluster,
  alias: string,
): Promise<{ run_id: string }> {
  const tags = { run_tags: { owner_id: 'bench' }, cluster: cluster.context };
  const body = { ...tags, idempotence_key: randomUUID() };
  for (;;) {
    try {
      return await stack.api.json('PUT', `/api/v6/task/alias/${alias}/execute`, body);
    } catch (error) {
      if (!(error instanceof FlotillaError) || error.code !== 'unavailable') throw error;
    }
  }
}

function settingsOf(cluster: TestCluster): EksSettings {
  return {
    cluster: cluster.context,
    namespace: cluster.namespace,
    formerNamespace: null,
    mode: 'bench',
    serviceAccount: null,
    schedulerName: 'default-scheduler',
    labelKeys: DEFAULT_LABEL_KEYS,
    imagePullPolicy: 'IfNotPresent',
    imagePullSecrets: [],
    priorityClass: null,
    podSecurityContext: null,
    securityContext: null,
    dockerSocket: false,
    lakekeeperSecret: null,
    karpenter: 'never',
    graceSeconds: 30,
    ttlSeconds: 3600,
    imageRefusedSeconds: 60,
    imageUnreachableSeconds: 900,
    hostLostSeconds: 0,
    usageSeconds: 0,
    teamRegistry: false,
  };
}
