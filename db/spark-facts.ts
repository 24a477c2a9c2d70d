import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { SparkFacts } from '../domain/spark.ts';
import type { Db } from './client.ts';

/** What is known of an attempt's Spark job. */
export interface SparkJobFacts {
  ref: JobRef;
  facts: SparkFacts;
}

/**
 * Those facts that the run does not have; null takes one away. In a row of flotilla-os JSON's null stands
 * for nothing. Of a run that is not ours, or has gone on to
 * another attempt, nothing is written.
 */
const RECORD = `
  WITH told AS (
    SELECT f.run_id, f.attempt, f.facts, f.metrics_uri
    FROM jsonb_to_recordset($1::jsonb) AS f(run_id varchar, attempt int, facts jsonb, metrics_uri text)
  )
  UPDATE task t SET
    spark_extension = jsonb_strip_nulls(coalesce(nullif(t.spark_extension, 'null'), '{}') || told.facts),
    metrics_uri = coalesce(told.metrics_uri, t.metrics_uri)
  FROM told
  WHERE t.run_id = told.run_id AND t.workflow_id IS NOT NULL
    AND (jsonb_strip_nulls(coalesce(nullif(t.spark_extension, 'null'), '{}') || told.facts)
        IS DISTINCT FROM t.spark_extension
      OR told.metrics_uri IS DISTINCT FROM coalesce(t.metrics_uri, told.metrics_uri))
    AND NOT EXISTS (
      SELECT 1 FROM launch_attempt a
      WHERE a.run_id = told.run_id AND a.attempt > told.attempt AND a.external_id IS NOT NULL
    )`;

/** Puts on record what is known of Spark jobs, in the fields of flotilla-os. */
export async function recordSparkFacts(db: Db, jobs: readonly SparkJobFacts[]): Promise<void> {
  if (jobs.length === 0) return;
  const rows = jobs.map(({ ref, facts: { metrics_uri = null, ...facts } }) => ({
    run_id: ref.runId,
    attempt: ref.attempt,
    facts,
    metrics_uri,
  }));
  await db.$client.query(RECORD, [JSON.stringify(rows)]);
}
