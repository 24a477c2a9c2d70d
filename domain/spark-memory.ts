import type { SparkExtension, SparkSetting } from './spark.ts';

const DRIVER_MEMORY = 'spark.driver.memory';
const EXECUTOR_MEMORY = 'spark.executor.memory';
/** As flotilla-os (emr_engine.go, estimateMemoryResources). */
const FACTOR = { executor: 1.25, driver: 3 };

const BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};
const JVM_SIZE = /^\s*(\d+)\s*([bkmgtp]?)b?\s*$/i;
const MIB = 2 ** 20;

/** Whose containers were killed for memory, in runs of the same command. */
export interface SparkHistory {
  driverOom: boolean;
  executorOom: boolean;
}

/** What an attempt gets beyond what was asked for, with the reasons; null where that is nothing. */
export interface AdaptedSpark {
  spark: SparkExtension;
  sizing: string | null;
}

/** Bytes of a size as the JVM has it, such as `4g` or `512m`; null for anything else. */
export function jvmBytes(text: string): number | null {
  const [, amount, unit = ''] = JVM_SIZE.exec(text) ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (BYTES[unit.toLowerCase()] ?? 1);
}

/** MiB of a size as the JVM has it, rounded down; 0 for anything else. */
export function jvmMib(text: string | undefined): number {
  return Math.floor((jvmBytes(text ?? '') ?? 0) / MIB);
}

/** The value of a setting of spark-submit; the last one counts, as it does there. */
export function submitSetting(spark: SparkExtension | null, name: string): string | undefined {
  const settings = spark?.spark_submit_job_driver?.spark_submit_conf ?? [];
  return settings.findLast((setting) => setting.name === name)?.value;
}

/**
 * Gives a Spark job more memory where runs of its command were killed for want of it (pure): executors a
 * quarter more, the driver three times as much. A setting that says no size is left as it is.
 */
export function adaptSpark(spark: SparkExtension, history: SparkHistory): AdaptedSpark {
  const submit = spark.spark_submit_job_driver;
  if (submit?.spark_submit_conf === undefined) return { spark, sizing: null };
  const reasons: string[] = [];
  const grown = (setting: SparkSetting): SparkSetting => {
    const who =
      setting.name === DRIVER_MEMORY && history.driverOom
        ? 'driver'
        : setting.name === EXECUTOR_MEMORY && history.executorOom
          ? 'executor'
          : null;
    const bytes = who === null ? null : jvmBytes(setting.value ?? '');
    if (who === null || bytes === null || bytes === 0) return setting;
    const value = `${Math.ceil((bytes * FACTOR[who]) / MIB)}m`;
    reasons.push(`${setting.name} ${value} (asked: ${setting.value}): ${REASON[who]}`);
    return { ...setting, value };
  };
  const spark_submit_conf = submit.spark_submit_conf.map(grown);
  if (reasons.length === 0) return { spark, sizing: null };
  return {
    spark: { ...spark, spark_submit_job_driver: { ...submit, spark_submit_conf } },
    sizing: reasons.join('; '),
  };
}

const REASON = {
  driver: 'the driver of a run of this command was killed for memory in the last 7 days',
  executor: 'an executor of a run of this command was killed for memory in the last 7 days',
};
