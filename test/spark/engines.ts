import { randomUUID } from 'node:crypto';
import type { AttemptSpec, Engine } from '../../engines/engine.ts';
import { openSpark, type SparkConfig } from '../../engines/eks-spark/open.ts';
import { BUCKET, ROLE, type Spark, type SparkOptions } from '../support/spark/start-spark.ts';
import { useSpark } from '../support/spark/use-spark.ts';
import { makeQueue } from './queue.ts';

export const RELEASE = 'emr-7.2.0-latest';

/** The configuration by which an engine uses the EMR of the tests. */
export function sparkConfig(spark: Spark, more: Partial<SparkConfig> = {}): SparkConfig {
  return {
    flotilla_mode: 'test',
    aws_default_region: spark.client.region,
    eks_scheduler_name: 'default-scheduler',
    eks_karpenter: 'auto',
    emr_job_namespace: 'spark',
    emr_default_service_account: 'spark',
    emr_job_role_arn: { spark: ROLE },
    emr_log_bucket: BUCKET,
    emr_log_base_path: 'logs',
    emr_log_event_log_path: 'events',
    emr_log_settle_seconds: 0.5,
    emr_manifest_bucket: BUCKET,
    emr_manifest_base_path: 'manifests',
    ...more,
  };
}

/** A Spark job that is a shell command. */
export function shellSpark(command: string): NonNullable<AttemptSpec['spark']> {
  return {
    emr_release_label: RELEASE,
    spark_submit_job_driver: {
      entry_point: 'local:///bin/bash',
      entry_point_arguments: ['-cex', command],
    },
  };
}

export interface Bed {
  spark: Spark;
  virtualCluster: string;
  queue: { name: string; url: string };
  /** What engines warned of. */
  warnings: string[];
  open(more?: Partial<SparkConfig>): Engine;
}

/** An EMR with a virtual cluster, a queue of its changes, and engines; closed at the end of a file's tests. */
export function useEngines(
  given: (bed: Bed) => Promise<void> | void,
  options: Omit<SparkOptions, 'python'> = {},
): void {
  useSpark(async (spark) => {
    const virtualCluster = await spark.virtualCluster('contract');
    const name = `changes-${randomUUID().slice(0, 8)}`;
    const { url } = await makeQueue(spark, name, virtualCluster);
    const warnings: string[] = [];
    const cluster = {
      name: 'spark',
      engine: 'eks-spark',
      region: spark.client.region,
      namespace: '',
      emrVirtualCluster: virtualCluster,
      sparkServerUri: '',
    };
    await given({
      spark,
      virtualCluster,
      queue: { name, url },
      warnings,
      open: (more = {}) =>
        openSpark(
          sparkConfig(spark, { emr_job_status_queue: name, ...more }),
          cluster,
          (message, detail) => warnings.push(`${message}: ${JSON.stringify(detail)}`),
        ),
    });
  }, options);
}
