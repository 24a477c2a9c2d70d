import { Hono } from 'hono';
import { z } from 'zod';
import type { AttemptRow } from '../../db/attempts.ts';
import type { TransitionRow } from '../../db/runs.ts';
import { getAttempts, getTransitions } from '../../services/runs.ts';
import type { ApiEnv } from '../env.ts';
import { parseQuery } from './query.ts';

const POSITION = /^(\d{1,9})\.(\d{1,9})$/;

const transitionsQuery = z.strictObject({
  after: z
    .string()
    .regex(POSITION, 'is not the position of a transition')
    .transform((text) => {
      const [epoch = 0, seq = 0] = text.split('.').map(Number);
      return { epoch, seq };
    })
    .optional(),
});

/** What became of a run: its transitions and attempts. */
export const runRoutes = new Hono<ApiEnv>()
  .get('/runs/:run_id/transitions', async (c) => {
    const { after } = parseQuery(transitionsQuery, c.req.url);
    const runId = c.req.param('run_id');
    const rows = await getTransitions(c.get('services'), c.get('caller'), runId, after);
    return c.json({ transitions: rows.map(transitionJson) });
  })
  .get('/runs/:run_id/attempts', async (c) => {
    const runId = c.req.param('run_id');
    const rows = await getAttempts(c.get('services'), c.get('caller'), runId);
    return c.json({ attempts: rows.map(attemptJson) });
  });

function transitionJson(row: TransitionRow) {
  return {
    position: `${row.epoch}.${row.seq}`,
    status: row.status,
    attempt: row.attempt,
    at: row.at.toISOString(),
    reason: row.reason,
    actor: row.actor,
    evidence: row.evidence,
  };
}

function attemptJson(row: AttemptRow) {
  return {
    attempt: row.attempt,
    state: row.state,
    cluster: row.clusterName,
    external_id: row.externalId,
    intent_at: row.intentAt.toISOString(),
    launched_at: row.launchedAt?.toISOString() ?? null,
    started_at: row.startedAt?.toISOString() ?? null,
    ended_at: row.endedAt?.toISOString() ?? null,
    exit_code: row.exitCode,
    exit_reason: row.exitReason,
    failure_class: row.failureClass,
    evidence: row.evidence,
    max_memory_used: row.maxMemoryUsed,
    log_bytes: row.logBytes,
    log_lines: row.logLines,
  };
}
