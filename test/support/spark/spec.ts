import { DEFAULT_LABEL_KEYS } from '../../../engines/eks/names.ts';
import type { SparkSettings } from '../../../engines/eks-spark/settings.ts';
import type { AttemptSpec } from '../../../engines/engine.ts';
import { attemptSpec } from '../attempt-spec.ts';

export const RUN = 'eks-spark-a7e-4b51-8e30-aa9a8a07f1fd';
export const ROLE = 'arn:aws:iam::123456789012:role/spark';
/** As a configuration makes them. */
export const SETTINGS: SparkSettings = {
  cluster: 'prod',
  virtualCluster: 'vc1',
  mode: 'prod',
  roles: { spark: ROLE },
  serviceAccount: 'spark',
  schedulerName: 'default-scheduler',
  labelKeys: DEFAULT_LABEL_KEYS,
  driverInstanceType: 'm6i.large',
  karpenter: true,
  lakekeeperSecret: 'lakekeeper',
  logs: { bucket: 'logs', path: 'emr' },
  eventLogPath: 'events',
  manifests: { bucket: 'manifests', path: 'm' },
  links: { app: null, history: null, metrics: null },
  logSettleSeconds: 10,
};

/** An attempt that has something of everything. */
export function spec(more: Partial<AttemptSpec> = {}): AttemptSpec {
  const spark = {
    emr_release_label: 'emr-7.2.0-latest',
    spark_submit_job_driver: {
      entry_point: 's3://code/job.py',
      entry_point_arguments: ['--day', 'today'],
      spark_submit_conf: [
        { name: 'spark.executor.cores', value: '4' },
        { name: 'spark.executor.memory', value: '120g' },
        { name: 'spark.driver.extraJavaOptions', value: '-Da=b -Dc=d' },
      ],
      class: 'org.Main',
      files: ['s3://a', 's3://b'],
      py_files: ['s3://c'],
      jars: ['s3://d'],
    },
    application_conf: [{ name: 'spark.default.parallelism', value: '8' }],
    hive_conf: [{ name: 'javax.jdo.option.ConnectionPassword', value: 'secret' }],
    driver_init_command: 'echo $HOME',
  };
  return attemptSpec('', { runId: RUN, spark, image: 'spark:1', owner: 'ada', tier: '4', ...more });
}
