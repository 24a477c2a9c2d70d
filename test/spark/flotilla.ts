import { randomUUID } from 'node:crypto';
import { seedCluster } from '../../db/clusters.ts';
import { inAwsScene, type AwsScene } from '../support/aws-scene.ts';
import { createTestDatabase } from '../support/database.ts';
import { startFlotilla, type FlotillaOptions, type TestFlotilla } from '../support/flotilla.ts';
import type { JobRunRecord } from '../support/spark/control.ts';
import type { Spark } from '../support/spark/start-spark.ts';
import { shellSpark, sparkConfig } from './engines.ts';
import { makeQueue } from './queue.ts';

/** A Flotilla whose runs go to a virtual cluster of its own in the EMR of the tests. */
export interface SparkFlotilla extends TestFlotilla {
  cluster: string;
  queueUrl: string;
  /** Runs a shell command as a Spark job. */
  spark(command: string, more?: Record<string, unknown>): ReturnType<TestFlotilla['execute']>;
  /** Job runs that were ever started for a run, in order. */
  jobsOf(runId: string): Promise<JobRunRecord[]>;
}

export async function flotillaOn(
  spark: Spark,
  options: FlotillaOptions = {},
): Promise<SparkFlotilla> {
  const mark = randomUUID().slice(0, 8);
  const cluster = `spark-${mark}`;
  const virtualCluster = await spark.virtualCluster(cluster);
  const queue = `changes-${mark}`;
  const { url: queueUrl } = await makeQueue(spark, queue, virtualCluster);
  const database = await createTestDatabase();
  const row = { name: cluster, engine: 'eks-spark', region: spark.client.region };
  await seedCluster(database.db, row);
  const flotilla = await startFlotilla({
    ...options,
    database,
    defaultCluster: false,
    config: {
      ...sparkConfig(spark),
      emr_virtual_clusters: { [cluster]: virtualCluster },
      emr_job_status_queue: queue,
      ...options.config,
    },
  });
  const execute: TestFlotilla['execute'] = (alias, more = {}) =>
    flotilla.execute(alias, { cluster, ...more });
  return {
    ...flotilla,
    cluster,
    queueUrl,
    execute,
    async spark(command, more = {}) {
      const alias = await flotilla.define('unused');
      return execute(alias, { spark_extension: shellSpark(command), ...more });
    },
    async jobsOf(runId) {
      const jobs = await spark.control.jobs();
      return jobs.filter(({ name }) => name.startsWith(runId));
    },
  };
}

export type SparkScene = AwsScene<SparkFlotilla>;

/** Does something with a scene, and ends it. */
export async function inScene(
  spark: Spark,
  act: (scene: SparkScene) => Promise<void>,
): Promise<void> {
  const flotilla = await flotillaOn(spark, { worker: false });
  await inAwsScene(flotilla, act);
}
