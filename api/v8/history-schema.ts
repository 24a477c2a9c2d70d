import { z } from '@hono/zod-openapi';
import type { AttemptRow } from '../../db/attempts.ts';
import type { TransitionRow } from '../../db/runs.ts';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { time, timeOf } from './kit.ts';

/** `position` of a transition. */
export const TRANSITION_POSITION = /^(\d{1,9})\.(\d{1,9})$/;

export const transition = z
  .object({
    position: z.string().openapi({ example: '1.3' }),
    status: z.enum(STATUSES),
    attempt: z.int(),
    at: time,
    reason: z.string().nullable(),
    actor: z.string().nullable(),
    evidence: z.string().nullable(),
  })
  .openapi('Transition');

export const attempt = z
  .object({
    attempt: z.int().openapi({ description: 'counts from 1' }),
    state: z.enum(['intent', 'launched', 'ended']),
    cluster: z.string(),
    external_id: z.string().nullable(),
    intent_at: time,
    launched_at: time.nullable(),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    exit_code: z.int().nullable(),
    exit_reason: z.string().nullable(),
    failure_class: z.string().nullable(),
    evidence: z.string().nullable(),
    asked_memory_mb: z.int().nullable().openapi({ description: 'by run or definition' }),
    given_memory_mb: z.int().nullable(),
    max_memory_used_mb: z.int().nullable(),
    asked_cpu_millicores: z.int().nullable().openapi({ description: 'by run or definition' }),
    given_cpu_millicores: z.int().nullable(),
    max_cpu_used_millicores: z.int().nullable(),
    sizing: z.string().nullable().openapi({ description: 'why not all was given as asked' }),
    pod_name: z.string().nullable(),
    host: z.string().nullable().openapi({ description: 'the node on which it ran' }),
    log_bytes: z.int().nullable(),
    log_lines: z.int().nullable(),
  })
  .openapi('Attempt');

/** The place of a transition that has this position. */
export function transitionOf(text: string | undefined): { epoch: number; seq: number } | undefined {
  if (text === undefined) return undefined;
  const [epoch = 0, seq = 0] = text.split('.').map(Number);
  return { epoch, seq };
}

export function transitionJson(row: TransitionRow): z.output<typeof transition> {
  return {
    position: `${row.epoch}.${row.seq}`,
    status: row.status,
    attempt: row.attempt,
    at: timeOf(row.at),
    reason: row.reason,
    actor: row.actor,
    evidence: row.evidence,
  };
}

export function attemptJson(row: AttemptRow): z.output<typeof attempt> {
  return {
    attempt: row.attempt,
    state: row.state,
    cluster: row.clusterName,
    external_id: row.externalId,
    intent_at: timeOf(row.intentAt),
    launched_at: timeOf(row.launchedAt),
    started_at: timeOf(row.startedAt),
    ended_at: timeOf(row.endedAt),
    exit_code: row.exitCode,
    exit_reason: row.exitReason,
    failure_class: row.failureClass,
    evidence: row.evidence,
    asked_memory_mb: row.askedMemory,
    given_memory_mb: row.givenMemory,
    max_memory_used_mb: row.maxMemoryUsed,
    asked_cpu_millicores: row.askedCpu,
    given_cpu_millicores: row.givenCpu,
    max_cpu_used_millicores: row.maxCpuUsed,
    sizing: row.sizing,
    pod_name: row.podName,
    host: row.host,
    log_bytes: row.logBytes,
    log_lines: row.logLines,
  };
}
