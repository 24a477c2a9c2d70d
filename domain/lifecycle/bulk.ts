import type { RunMatch } from '../run-match.ts';
import type { Status } from './status.ts';

/** Names on the wire of bulk actions. */
export const BULK_WORKFLOW = 'bulkAction';
/** A memo, which anybody can read while the workers are busy, or away. */
export const MEMO_PROGRESS = 'progress';
export const SIGNAL_ABORT = 'abort';

export const BULK_VERBS = ['stop', 'rerun'] as const;
export type BulkVerb = (typeof BULK_VERBS)[number];

/** Which statuses a verb concerns: what is over cannot be stopped, what is not need not run again. */
export const BULK_STATUSES = {
  stop: ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'],
  rerun: ['STOPPED'],
} as const satisfies Record<BulkVerb, readonly Status[]>;

/** Which runs, as a workflow carries it. */
export interface BulkFilter extends Omit<
  RunMatch,
  'queuedSince' | 'queuedUntil' | 'finishedSince' | 'finishedUntil'
> {
  /** ISO 8601. */
  queuedSince: string | null;
  /** ISO 8601: no later than when it was asked for. */
  queuedUntil: string;
  /** ISO 8601; absent in actions that were begun before there was this. */
  finishedSince?: string | null;
  finishedUntil?: string | null;
}

export interface BulkInput {
  verb: BulkVerb;
  filter: BulkFilter;
  /** Who asked. */
  by: string | null;
  /** Runs that matched when it was asked for; an estimate where there are very many. */
  matching: number;
  /** Set when the workflow continues as new. */
  carried?: { after: BulkPosition; progress: BulkCounts };
}

/** A place in the list of runs; null is its beginning. */
export type BulkPosition = { value: string | null; id: string } | null;

export interface BulkFailure {
  runId: string;
  detail: string;
}

export interface BulkCounts {
  /** Runs that were stopped, or launched again. */
  done: number;
  /** Runs that no longer needed it. */
  skipped: number;
  failed: number;
  /** The first failures. */
  failures: BulkFailure[];
}

export interface BulkProgress extends BulkCounts {
  verb: BulkVerb;
  by: string | null;
  matching: number;
  state: 'running' | 'done' | 'aborted';
}

export interface BulkActivities {
  /** Does one page of the runs; a repeat does nothing twice. */
  bulkPage(step: {
    bulkId: string;
    verb: BulkVerb;
    filter: BulkFilter;
    by: string | null;
    after: BulkPosition;
  }): Promise<BulkCounts & { next: BulkPosition }>;
}
