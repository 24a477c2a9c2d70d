import { z } from '@hono/zod-openapi';
import { ENGINE_NAMES } from '../../domain/engine-name.ts';
import { instantOf } from '../../domain/instant.ts';
import { STATUSES, type Status } from '../../domain/lifecycle/status.ts';
import type { RunMatch } from '../../domain/run-match.ts';
import { filledText } from './kit.ts';
import { pageQuery } from './paging.ts';

/** One value, or several. */
function repeatable<T extends z.ZodType>(one: T) {
  return z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(one));
}

const NO_TIME = 'is not a time (ISO 8601)';
const queryTime = z.iso
  .datetime({ offset: true, error: NO_TIME, abort: true })
  .refine((value) => instantOf(value) !== null, NO_TIME);

const fields = {
  cluster: filledText.optional(),
  alias: filledText.optional(),
  alias_contains: filledText.optional(),
  owner: filledText.optional(),
  definition_id: filledText.optional(),
  group: filledText.optional(),
  engine: z.enum(ENGINE_NAMES).optional(),
  env: repeatable(filledText).optional().openapi({
    description: 'variables that a run has, all of them: `NAME=value`, or `NAME` for any value',
  }),
  exit: z
    .enum(['succeeded', 'failed'])
    .optional()
    .openapi({ description: 'of runs that are over: exit code 0, or any other or none' }),
  queued_since: queryTime.optional().openapi({ description: 'queued later than this' }),
  queued_until: queryTime.optional().openapi({ description: 'queued earlier than this' }),
  finished_since: queryTime.optional().openapi({ description: 'ended later than this' }),
  finished_until: queryTime.optional().openapi({ description: 'ended earlier than this' }),
};
const status = repeatable(z.enum(STATUSES))
  .optional()
  .openapi({ description: 'any of these; repeatable' });

export const runListQuery = z.strictObject({ ...pageQuery, status, ...fields });
export const runCountsQuery = z.strictObject(fields);
export const runStreamQuery = z.strictObject({
  status,
  ...fields,
  last_event_id: z
    .string()
    .optional()
    .openapi({ description: 'as the header Last-Event-ID, which counts before this' }),
});

/** A filter in a body, where lists are lists, of runs that have some of these statuses. */
export function runFilterOf<const S extends Status>(statuses: readonly [S, ...S[]]) {
  return z.strictObject({
    ...fields,
    status: z.array(z.enum(statuses)).min(1, 'names no status').optional(),
    env: z.array(filledText).optional(),
  });
}

type Query = z.output<typeof runCountsQuery> & { status?: z.output<typeof status> };

/** Which runs a query is about. */
export function matchOf(query: Query): RunMatch {
  return {
    statuses: query.status ?? null,
    exit: query.exit ?? null,
    cluster: query.cluster ?? null,
    alias: query.alias ?? null,
    aliasContains: query.alias_contains ?? null,
    owner: query.owner ?? null,
    definitionId: query.definition_id ?? null,
    group: query.group ?? null,
    engine: query.engine ?? null,
    queuedSince: instant(query.queued_since),
    queuedUntil: instant(query.queued_until),
    finishedSince: instant(query.finished_since),
    finishedUntil: instant(query.finished_until),
    env: variables(query.env ?? []),
  };
}

function instant(text: string | undefined): Date | null {
  return text === undefined ? null : instantOf(text);
}

function variables(texts: readonly string[]): RunMatch['env'] {
  return texts.map((text) => {
    const at = text.indexOf('=');
    return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  });
}
