import type { V1ContainerStateTerminated, V1Pod } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { SparkFacts } from '../../domain/spark.ts';
import { refOfLabels } from '../eks/names.ts';
import { disruptionOf } from '../eks/pod.ts';
import type { SparkSettings } from './settings.ts';

/** What EMR and Spark label pods with. */
export const JOB_LABEL = 'emr-containers.amazonaws.com/job.id';
const APP_LABEL = 'spark-app-selector';
const KILLED = 137;
const DRIVER_SERVICE = /@([^@:/]*-svc)/;

/** What a pod tells of the Spark job that it belongs to. */
export interface PodFacts {
  ref: JobRef;
  jobId: string;
  facts: SparkFacts;
  /** Its name, where it is an executor's. */
  executor: string | null;
}

/** Reads a pod (pure); null for one that belongs to no job of ours. */
export function factsOfPod(pod: V1Pod, settings: SparkSettings): PodFacts | null {
  const labels = pod.metadata?.labels ?? {};
  const jobId = labels[JOB_LABEL];
  const ref = refOfLabels(labels, settings.labelKeys);
  if (jobId === undefined || ref === null) return null;
  const name = pod.metadata?.name ?? '';
  const facts = { ...linksOf(pod, labels[APP_LABEL], settings), ...oomOf(pod) };
  return { ref, jobId, facts, executor: name.includes('-exec-') ? name : null };
}

/** In the forms of flotilla-os (events_worker.go, processEMRPodEvents). */
function linksOf(pod: V1Pod, app: string | undefined, { links }: SparkSettings): SparkFacts {
  if (app === undefined || app === '') return {};
  const service = driverServiceOf(pod);
  return {
    spark_app_id: app,
    ...(links.history === null ? {} : { history_uri: `${links.history}/${app}/jobs/` }),
    ...(links.metrics === null ? {} : { metrics_uri: `${links.metrics}?query=%40app_id%3A${app}` }),
    ...(links.app === null || service === null ? {} : { app_uri: `${links.app}/job/${service}` }),
  };
}

/** Executors are told where their driver is. */
function driverServiceOf(pod: V1Pod): string | null {
  const variables = (pod.spec?.containers ?? []).flatMap(({ env = [] }) => env);
  const url = variables.find(({ name }) => name === 'SPARK_DRIVER_URL')?.value;
  return DRIVER_SERVICE.exec(url ?? '')?.[1] ?? null;
}

function oomOf(pod: V1Pod): SparkFacts {
  const killed = (pod.status?.containerStatuses ?? []).filter(
    ({ state, lastState }) => isOom(pod, state?.terminated) || isOom(pod, lastState?.terminated),
  );
  return {
    ...(killed.some(({ name }) => name.includes('driver')) ? { driver_oom: true } : {}),
    ...(killed.some(({ name }) => !name.includes('driver')) ? { executor_oom: true } : {}),
  };
}

/** A pod that is deleted or disrupted is killed with the same code, and has memory enough. */
function isOom(pod: V1Pod, ended: V1ContainerStateTerminated | undefined): boolean {
  if (ended === undefined) return false;
  if (ended.reason === 'OOMKilled') return true;
  const taken = pod.metadata?.deletionTimestamp !== undefined || disruptionOf(pod) !== null;
  return ended.exitCode === KILLED && !taken;
}
