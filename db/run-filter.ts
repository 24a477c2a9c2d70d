import { defined } from '../domain/defined.ts';
import type { RunMatch } from '../domain/run-match.ts';
import type { RunFilter, RunSort } from './run-list.ts';

/** What finds in the database the runs that `mayMatch` and `matchesNow` are true for. */
export function filterOf(match: RunMatch): RunFilter {
  const { filters, ...same } = unchangingFilterOf(match, match.statuses);
  const ended = defined({
    finished_at_since: one(match.finishedSince?.toISOString() ?? null),
    finished_at_until: one(match.finishedUntil?.toISOString() ?? null),
  });
  return { ...same, filters: new Map([...filters, ...Object.entries(ended)]), exit: match.exit };
}

/** The same for `mayMatch` alone. */
export function unchangingFilterOf(
  match: RunMatch,
  statuses: readonly string[] | null = null,
): RunFilter {
  const texts = defined({
    cluster_name: one(match.cluster),
    alias: one(match.alias),
    alias_contains: one(match.aliasContains),
    user: one(match.owner),
    definition_id: one(match.definitionId),
    group_name: one(match.group),
    engine: one(match.engine),
    queued_at_since: one(match.queuedSince?.toISOString() ?? null),
    queued_at_until: one(match.queuedUntil?.toISOString() ?? null),
    status: statuses ?? undefined,
  });
  return { filters: new Map(Object.entries(texts)), env: match.env, engines: null, exact: true };
}

/**
 * The time by which a list of such runs is sorted: by that of their end where it is asked for, so that
 * the page is read by the index of what narrows it.
 */
export function sortOf(match: RunMatch): RunSort {
  return match.finishedSince === null && match.finishedUntil === null ? 'queued_at' : 'finished_at';
}

function one(value: string | null): readonly string[] | undefined {
  return value === null ? undefined : [value];
}
