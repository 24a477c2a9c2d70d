/** Which job's log is looked for. */
export interface ShippedQuery {
  runId: string;
  /** Null for a run of flotilla-os, which knew no attempts. */
  attempt: number | null;
  /** The pod that the job ran in, where it is on record. */
  pod: string | null;
}

/**
 * Logs that an agent on the cluster ships elsewhere, such as to S3 or CloudWatch. Asked where the
 * cluster no longer has a log, and for runs of a flotilla-os before this one.
 */
export interface ShippedLogs {
  /**
   * The log from its first byte, as the job wrote it; null when nothing of it was shipped.
   * Throws FlotillaError `unavailable`, also while it is read, when there is no answer now.
   */
  read(query: ShippedQuery): Promise<AsyncIterable<Uint8Array> | null>;
}
