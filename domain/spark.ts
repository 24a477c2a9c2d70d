import type { PodEvent } from './run.ts';

/** Where EMR puts logs in its bucket, unless it is told otherwise. */
export const SPARK_LOG_PATH = 'flotilla/logs';

export interface SparkSetting {
  name?: string | undefined;
  value?: string | undefined;
}

/** What spark-submit is to run, and with what. */
export interface SparkSubmit {
  entry_point?: string | undefined;
  entry_point_arguments?: string[] | undefined;
  spark_submit_conf?: SparkSetting[] | undefined;
  files?: string[] | undefined;
  py_files?: string[] | undefined;
  jars?: string[] | undefined;
  class?: string | undefined;
  working_dir?: string | undefined;
  num_executors?: number | undefined;
  /** MiB; counts for the size of the pool that executors go to. */
  executor_memory?: number | undefined;
}

/** A Spark job as flotilla-os stores and shows it. Only the fields that rules look at are named. */
export interface SparkExtension {
  spark_submit_job_driver?: SparkSubmit | undefined;
  application_conf?: SparkSetting[] | undefined;
  hive_conf?: SparkSetting[] | undefined;
  emr_release_label?: string | undefined;
  driver_init_command?: string | undefined;
  executor_init_command?: string | undefined;
  app_uri?: string | undefined;
  history_uri?: string | undefined;
  executors?: string[] | undefined;
  executor_oom?: boolean | undefined;
  driver_oom?: boolean | undefined;
  [field: string]: unknown;
}

/** What becomes known of a Spark job once it is there; null says that it is no longer so. */
export interface SparkFacts {
  emr_job_id?: string;
  virtual_cluster_id?: string;
  emr_job_manifest?: string;
  spark_app_id?: string | null;
  app_uri?: string | null;
  history_uri?: string | null;
  executor_oom?: boolean | null;
  driver_oom?: boolean | null;
  /** Of the run itself, beside the extension. */
  metrics_uri?: string;
}

/** Fields that say what became of a job. A request may have them from the run that it repeats. */
const RESULTS: ReadonlySet<string> = new Set([
  'emr_job_id',
  'emr_job_manifest',
  'virtual_cluster_id',
  'spark_app_id',
  'spark_server_uri',
  'app_uri',
  'history_uri',
  'metrics_uri',
  'executors',
  'executor_oom',
  'driver_oom',
]);

/** What a request asks for, without what became of another job. */
export function askedSpark(spark: SparkExtension): SparkExtension {
  return Object.fromEntries(Object.entries(spark).filter(([field]) => !RESULTS.has(field)));
}

const SECRET_SETTING = /ConnectionPassword$/i;
const EXECUTOR = /-exec-(\d+)/;

/**
 * What callers see of a Spark job: passwords masked, the live page in place of the history page while
 * it runs, executors from what happened in the cluster.
 */
export function shownSpark(
  spark: SparkExtension,
  run: { over: boolean; events: readonly PodEvent[] },
): SparkExtension {
  const shown: SparkExtension = { ...spark };
  if (spark.hive_conf !== undefined) {
    shown.hive_conf = spark.hive_conf.map((setting) =>
      SECRET_SETTING.test(setting.name ?? '') ? { ...setting, value: '****' } : setting,
    );
  }
  if (!run.over && spark.app_uri) shown.history_uri = spark.app_uri;
  const executors = [...new Set(run.events.map((event) => event.source_object))]
    .filter((source) => EXECUTOR.test(source))
    .toSorted((a, b) => executorNumber(a) - executorNumber(b));
  if (executors.length > 0) shown.executors = executors;
  return shown;
}

function executorNumber(source: string): number {
  return Number(EXECUTOR.exec(source)?.[1] ?? 0);
}
