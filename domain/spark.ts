import type { PodEvent } from './run.ts';

/** A Spark job as flotilla-os stores and shows it. Only the fields that rules look at are named. */
export interface SparkExtension {
  hive_conf?: { name?: string | undefined; value?: string | undefined }[] | undefined;
  app_uri?: string | undefined;
  history_uri?: string | undefined;
  executors?: string[] | undefined;
  [field: string]: unknown;
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
