import { createHash } from 'node:crypto';
import type { EngineName } from './engine-name.ts';
import type { BulkFilter } from './lifecycle/bulk.ts';
import { newRunId } from './run.ts';
import type { RunMatch } from './run-match.ts';

/**
 * The id of the run that a bulk action launches again for another one: the same each time, so that a
 * repeated step launches nothing twice.
 */
export function rerunId(bulkId: string, runId: string, engine: EngineName): string {
  const hex = createHash('sha256').update(`${bulkId} ${runId}`).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return newRunId(engine, [...uuid, hex.slice(20, 32)].join('-'));
}

/** What a workflow carried, as lists take it. */
export function matchOf(filter: BulkFilter): RunMatch {
  const { queuedSince, queuedUntil, finishedSince, finishedUntil, ...same } = filter;
  const timeOf = (text: string | null | undefined): Date | null =>
    text === null || text === undefined ? null : new Date(text);
  return {
    ...same,
    queuedSince: timeOf(queuedSince),
    queuedUntil: timeOf(queuedUntil),
    finishedSince: timeOf(finishedSince),
    finishedUntil: timeOf(finishedUntil),
  };
}
