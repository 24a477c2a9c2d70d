import { Hono } from 'hono';
import { z } from 'zod';
import { invalid } from '../../domain/errors.ts';
import type { AttemptLog } from '../../logs/attempt-log.ts';
import { readLines } from '../../logs/lines.ts';
import { searchLog } from '../../logs/search.ts';
import { getAttemptLog } from '../../services/run-logs.ts';
import type { ApiEnv } from '../env.ts';
import { streamBytes } from '../stream.ts';
import { parseQuery } from './query.ts';

const MAX_LINES = 5_000;
const MAX_MATCHES = 1_000;
const SEARCH_MS = 30_000;

const attempt = z.coerce.number().int().min(1).optional();
const flag = z.enum(['true', 'false']).default('false');

const bytesQuery = z.strictObject({
  offset: z.coerce.number().int().min(0).default(0),
  attempt,
  follow: flag,
});
const linesQuery = z.strictObject({
  from: z.coerce.number().int().min(1).default(1),
  count: z.coerce.number().int().min(0).max(MAX_LINES).default(1_000),
  attempt,
});
const searchQuery = z.strictObject({
  q: z.string().min(1).max(1_000),
  limit: z.coerce.number().int().min(1).max(MAX_MATCHES).default(100),
  attempt,
});

/** A run's log: by byte offset with follow, by line, by content. */
export const logRoutes = new Hono<ApiEnv>()
  .get('/runs/:run_id/log', async (c) => {
    const query = parseQuery(bytesQuery, c.req.url);
    const runId = c.req.param('run_id');
    const log = await getAttemptLog(
      c.get('services'),
      c.get('caller'),
      runId,
      query.attempt ?? null,
    );
    const { bytes, complete } = (await log?.size()) ?? { bytes: 0, complete: false };
    if (query.offset > bytes && complete) throw invalid('offset', `the log has ${bytes} bytes`);
    const headers = {
      'x-log-attempt': String(log?.attempt ?? 0),
      'x-log-complete': String(complete),
      'x-log-size': String(bytes),
    };
    if (log === null) return streamBytes(nothing(), headers);
    const follow = query.follow === 'true';
    const source = follow ? log.follow(query.offset, c.req.raw.signal) : log.read(query.offset);
    return streamBytes(source, headers);
  })
  .get('/runs/:run_id/log/lines', async (c) => {
    const query = parseQuery(linesQuery, c.req.url);
    const runId = c.req.param('run_id');
    const log = await getAttemptLog(
      c.get('services'),
      c.get('caller'),
      runId,
      query.attempt ?? null,
    );
    if (log === null)
      return c.json({ attempt: null, from: query.from, lines: [], total: 0, complete: false });
    const { complete } = await log.size();
    const { lines, total } = await readLines(log, query.from, query.count);
    return c.json({ attempt: log.attempt, from: query.from, lines, total, complete });
  })
  .get('/runs/:run_id/log/search', async (c) => {
    const query = parseQuery(searchQuery, c.req.url);
    const runId = c.req.param('run_id');
    const log = await getAttemptLog(
      c.get('services'),
      c.get('caller'),
      runId,
      query.attempt ?? null,
    );
    const found = log === null ? nothing() : matches(log, query.q, query.limit, c.req.raw.signal);
    return streamBytes(found, { 'content-type': 'application/x-ndjson' });
  });

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A run that was not launched yet has no log.
}

/** A line of JSON a match, and a last one that says how the search ended. */
async function* matches(
  log: AttemptLog,
  text: string,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const search = searchLog(log, text, { limit, timeMs: SEARCH_MS }, signal);
  for (;;) {
    const next = await search.next();
    const line = next.done === true ? { done: true, ...next.value } : next.value;
    yield Buffer.from(`${JSON.stringify(line)}\n`);
    if (next.done === true) return;
  }
}
