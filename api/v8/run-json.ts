import type { z } from '@hono/zod-openapi';
import { payloadOf, TEMPLATE_TYPE } from '../../domain/template.ts';
import type { RunRow } from '../../db/runs.ts';
import type { Notice } from '../../engines/engine.ts';
import { timeOf } from './kit.ts';
import type { run, runSummary } from './run-schema.ts';

/** The columns that a list of runs shows. */
export type RunSummaryRow = Pick<
  RunRow,
  | 'runId'
  | 'definitionId'
  | 'executableId'
  | 'executableType'
  | 'alias'
  | 'image'
  | 'groupName'
  | 'clusterName'
  | 'engine'
  | 'user'
  | 'status'
  | 'exitCode'
  | 'exitReason'
  | 'attemptCount'
  | 'queuedAt'
  | 'startedAt'
  | 'finishedAt'
>;

export function runSummaryJson(row: RunSummaryRow): z.output<typeof runSummary> {
  return {
    run_id: row.runId,
    definition_id: row.definitionId,
    template_id: row.executableType === TEMPLATE_TYPE ? row.executableId : null,
    alias: row.alias,
    image: row.image,
    group_name: row.groupName,
    cluster: row.clusterName,
    engine: row.engine,
    owner: row.user,
    status: row.status,
    exit_code: row.exitCode,
    exit_reason: row.exitReason,
    attempt_count: row.attemptCount,
    queued_at: timeOf(row.queuedAt),
    started_at: timeOf(row.startedAt),
    finished_at: timeOf(row.finishedAt),
  };
}

export function runJson(row: RunRow, notices: readonly Notice[]): z.output<typeof run> {
  return {
    ...runSummaryJson(row),
    definition_version: row.definitionVersion,
    template_payload: payloadOf(row.executionRequestCustom),
    description: row.description,
    command: row.command,
    env: row.env ?? [],
    memory_mb: row.memory,
    memory_limit_mb: row.memoryLimit,
    max_memory_used_mb: row.maxMemoryUsed,
    cpu_millicores: row.cpu,
    cpu_limit_millicores: row.cpuLimit,
    max_cpu_used_millicores: row.maxCpuUsed,
    gpu: row.gpu,
    ephemeral_storage_mb: row.ephemeralStorage,
    node_lifecycle: row.nodeLifecycle,
    arch: row.arch,
    tier: row.tier,
    service_account: row.serviceAccount,
    labels: row.labels ?? {},
    active_deadline_seconds: row.activeDeadlineSeconds,
    idempotence_key: row.idempotenceKey,
    parent_run_id: row.parentRunId,
    stop_requested_at: timeOf(row.stopRequestedAt),
    stop_requested_by: row.stopRequestedBy,
    run_exceptions: row.runExceptions ?? [],
    spark: sparkOf(row),
    notices: notices.map((notice) => notice.message),
  };
}

function sparkOf({
  sparkExtension: spark,
  metricsUri,
  status,
}: RunRow): z.output<typeof run>['spark'] {
  if (spark === null) return null;
  return {
    job_run_id: textOf(spark['emr_job_id']),
    virtual_cluster_id: textOf(spark['virtual_cluster_id']),
    app_id: textOf(spark['spark_app_id']),
    app_uri: status === 'STOPPED' ? null : textOf(spark.app_uri),
    history_uri: textOf(spark.history_uri),
    metrics_uri: textOf(metricsUri),
    driver_oom: spark.driver_oom === true,
    executor_oom: spark.executor_oom === true,
  };
}

/** Of what a caller may have written there; empty is absent. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
