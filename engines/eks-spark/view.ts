import type { JobRun } from '@aws-sdk/client-emr-containers';
import { withOomFlags } from '../../domain/spark-outcome.ts';
import type { SparkFacts } from '../../domain/spark.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Job } from '../engine.ts';
import type { QueueConsumer } from '../queue-consumer.ts';
import type { JobRuns } from './job-runs.ts';
import { externalIdOf, refOfJobName } from './names.ts';
import { judge } from './outcome.ts';
import type { PodSource } from './pod-watch.ts';
import type { ChangedJobRun } from './queue-message.ts';
import type { Region } from './region.ts';
import type { SparkSettings } from './settings.ts';
import { isOfMode } from './tags.ts';

/** One cluster, as the parts of the engine work with it. */
export interface Cluster {
  region: Region;
  settings: SparkSettings;
  jobRuns: JobRuns;
  /** Null where no queue is configured: then the sweep alone tells. */
  consumer: QueueConsumer<ChangedJobRun> | null;
  /** Where the jobs' pods are; null where there are no credentials for it. */
  pods: PodSource | null;
  /** Since when EMR says that it does not know a job, by its id; milliseconds since 1970. */
  missing: Map<string, number>;
}

/** A job run as the contract has it; null for one that is nobody's attempt, or of another mode. */
export function jobOfRun(cluster: Cluster, jobRun: JobRun): Job | null {
  const ref = refOfJobName(jobRun.name);
  if (ref === null || !isOfMode(jobRun.tags, cluster.settings.mode)) return null;
  return jobOf(cluster, ref, jobRun);
}

export function jobOf({ region, settings }: Cluster, ref: JobRef, jobRun: JobRun): Job {
  const { id = '', virtualClusterId = settings.virtualCluster } = jobRun;
  const judged = judge(jobRun, { startedAt: region.startedAt.get(id) ?? null });
  const facts = region.facts.get(id) ?? {};
  const spark: SparkFacts = { ...facts, emr_job_id: id, virtual_cluster_id: virtualClusterId };
  return {
    runId: ref.runId,
    attempt: ref.attempt,
    externalId: externalIdOf(virtualClusterId, id),
    ...judged,
    outcome: judged.outcome === null ? null : withOomFlags(judged.outcome, flagsOf(facts)),
    place: null,
    spark,
  };
}

function flagsOf({ driver_oom, executor_oom }: SparkFacts) {
  return { driver_oom: driver_oom === true, executor_oom: executor_oom === true };
}
