import { createRoute, z } from '@hono/zod-openapi';
import type { AttemptRow } from '../../db/attempts.ts';
import type { TransitionRow } from '../../db/runs.ts';
import { STATUSES } from '../../domain/lifecycle/status.ts';
import { getAttempts, getTransitions } from '../../services/runs.ts';
import { failures, idParam, ok, time, timeOf, v8Routes } from './kit.ts';

const POSITION = /^(\d{1,9})\.(\d{1,9})$/;
const params = idParam('run_id');
const tags = ['runs'];

const transition = z
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

const attempt = z
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

const transitionsRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/transitions',
  operationId: 'listTransitions',
  summary: 'How a run came to its status, in order',
  tags,
  request: {
    params,
    query: z.strictObject({
      after: z
        .string()
        .regex(POSITION, 'is not the position of a transition')
        .optional()
        .openapi({ description: 'the `position` of the last transition that is known' }),
    }),
  },
  responses: {
    200: ok(z.object({ transitions: z.array(transition) }), 'the transitions'),
    ...failures,
  },
});

const attemptsRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/attempts',
  operationId: 'listAttempts',
  summary: 'The attempts of a run, the first one first',
  tags,
  request: { params },
  responses: { 200: ok(z.object({ attempts: z.array(attempt) }), 'the attempts'), ...failures },
});

/** What became of a run: its transitions and attempts. */
export const historyRoutes = v8Routes()
  .openapi(transitionsRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const after = positionOf(c.req.valid('query').after);
    const rows = await getTransitions(c.get('services'), c.get('caller'), runId, after);
    return c.json({ transitions: rows.map(transitionJson) }, 200);
  })
  .openapi(attemptsRoute, async (c) => {
    const { run_id: runId } = c.req.valid('param');
    const rows = await getAttempts(c.get('services'), c.get('caller'), runId);
    return c.json({ attempts: rows.map(attemptJson) }, 200);
  });

function positionOf(text: string | undefined): { epoch: number; seq: number } | undefined {
  if (text === undefined) return undefined;
  const [epoch = 0, seq = 0] = text.split('.').map(Number);
  return { epoch, seq };
}

function transitionJson(row: TransitionRow): z.output<typeof transition> {
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

function attemptJson(row: AttemptRow): z.output<typeof attempt> {
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
