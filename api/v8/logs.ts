import { createRoute, z } from '@hono/zod-openapi';
import { invalid } from '../../domain/errors.ts';
import type { AttemptLog } from '../../logs/attempt-log.ts';
import { readLines, type LogLine } from '../../logs/lines.ts';
import { searchLog, type SearchEnd } from '../../logs/search.ts';
import { followFirstLog, getAttemptLog } from '../../services/run-logs.ts';
import { streamBytes } from '../stream.ts';
import { failures, filledText, idParam, ok, queryNumber, raw, v8Routes } from './kit.ts';

const MAX_LINES = 5_000;
const MAX_MATCHES = 1_000;
const MAX_ATTEMPT = 1_000_000;
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;
const SEARCH_MS = 30_000;

const params = idParam('run_id');
const tags = ['logs'];
const attempt = queryNumber(1, MAX_ATTEMPT)
  .optional()
  .openapi({ description: 'by default the latest that was launched' });

const header = (description: string) => ({ schema: { type: 'string' as const }, description });

const logLine = z
  .object({
    line: z.int().openapi({ description: 'counts from 1' }),
    offset: z.int().openapi({ description: 'of its first byte' }),
    text: z.string(),
    bytes: z.int(),
    truncated: z.boolean().openapi({ description: 'true when `text` is not all of it' }),
    written_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'about when it was written; null where nobody knows' }),
  })
  .openapi('LogLine');

const bytesRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/log',
  operationId: 'readLog',
  summary: 'The log of an attempt by byte offset, or as it grows',
  tags,
  request: {
    params,
    query: z.strictObject({
      offset: queryNumber(0, MAX_OFFSET).default(0).openapi({ description: 'bytes to skip' }),
      attempt,
      follow: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'true: wait for more until the attempt is over' }),
    }),
  },
  responses: {
    200: {
      description: 'the bytes of the log',
      headers: {
        'x-log-attempt': header('the attempt; 0 before there is one'),
        'x-log-complete': header('true when the log grows no more'),
        'x-log-size': header('bytes so far'),
      },
      content: { 'text/plain': { schema: z.string() } },
    },
    ...failures,
  },
});

const linesRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/log/lines',
  operationId: 'readLogLines',
  summary: 'Lines of the log of an attempt',
  tags,
  request: {
    params,
    query: z.strictObject({
      from: queryNumber(1, MAX_OFFSET)
        .default(1)
        .openapi({ description: 'the first line wanted, counting from 1' }),
      count: queryNumber(0, MAX_LINES).default(1_000),
      attempt,
    }),
  },
  responses: {
    200: ok(
      z
        .object({
          attempt: z.int().nullable(),
          from: z.int(),
          lines: z.array(logLine),
          total: z.int().openapi({ description: 'lines so far' }),
          complete: z.boolean().openapi({ description: 'true when the log grows no more' }),
          timed: z
            .boolean()
            .openapi({ description: 'true when it is known when lines were written' }),
        })
        .openapi('LogLines'),
      'the lines',
    ),
    ...failures,
  },
});

const searchRoute = createRoute({
  method: 'get',
  path: '/runs/{run_id}/log/search',
  operationId: 'searchLog',
  summary: 'Lines of the log of an attempt that contain a text',
  description: 'A line of JSON for each match as it is found, and a last one with `done: true`.',
  tags,
  request: {
    params,
    query: z.strictObject({
      q: filledText.max(1_000),
      limit: queryNumber(1, MAX_MATCHES).default(100),
      attempt,
    }),
  },
  responses: {
    200: {
      description: 'the matches',
      content: { 'application/x-ndjson': { schema: z.string() } },
    },
    ...failures,
  },
});

/** A run's log: by byte offset with follow, by line, by content. */
export const logRoutes = v8Routes()
  .openapi(bytesRoute, async (c) => {
    const query = c.req.valid('query');
    const { run_id: runId } = c.req.valid('param');
    const which = query.attempt ?? null;
    const log = await getAttemptLog(c.get('services'), c.get('caller'), runId, which);
    const { bytes, complete } = (await log?.size()) ?? { bytes: 0, complete: false };
    if (query.offset > bytes && complete) throw invalid('offset', `the log has ${bytes} bytes`);
    const headers = {
      'x-log-attempt': String(log?.attempt ?? 0),
      'x-log-complete': String(complete),
      'x-log-size': String(bytes),
    };
    const follow = query.follow === 'true';
    if (log === null) {
      const { signal } = c.req.raw;
      const later = followFirstLog(c.get('services'), c.get('caller'), runId, query.offset, signal);
      return raw(streamBytes(follow ? later : nothing(), headers));
    }
    const source = follow ? log.follow(query.offset, c.req.raw.signal) : log.read(query.offset);
    return raw(streamBytes(source, headers));
  })
  .openapi(linesRoute, async (c) => {
    const { from, count, attempt: which = null } = c.req.valid('query');
    const { run_id: runId } = c.req.valid('param');
    const log = await getAttemptLog(c.get('services'), c.get('caller'), runId, which);
    if (log === null) {
      return c.json(
        { attempt: null, from, lines: [], total: 0, complete: false, timed: false },
        200,
      );
    }
    const { complete } = await log.size();
    const { lines, total, timed } = await readLines(log, from, count);
    const json = lines.map(lineJson);
    return c.json({ attempt: log.attempt, from, lines: json, total, complete, timed }, 200);
  })
  .openapi(searchRoute, async (c) => {
    const { q, limit, attempt: which = null } = c.req.valid('query');
    const { run_id: runId } = c.req.valid('param');
    const log = await getAttemptLog(c.get('services'), c.get('caller'), runId, which);
    const found = log === null ? nothing() : matches(log, q, limit, c.req.raw.signal);
    return raw(streamBytes(found, { 'content-type': 'application/x-ndjson' }));
  });

function lineJson({ at, ...line }: LogLine) {
  return { ...line, written_at: at === null ? null : new Date(at).toISOString() };
}

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
    const line = next.done === true ? endJson(next.value) : next.value;
    yield Buffer.from(`${JSON.stringify(line)}\n`);
    if (next.done === true) return;
  }
}

function endJson({ matches: count, scannedBytes, cut }: SearchEnd) {
  return { done: true, matches: count, scanned_bytes: scannedBytes, cut };
}
