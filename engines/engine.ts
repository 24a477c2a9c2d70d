import type { EngineName } from '../domain/engine-name.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Phase } from '../domain/lifecycle/status.ts';
import type { Outcome } from '../domain/outcome.ts';

/** Everything an engine needs to start one attempt of a run. */
export interface AttemptSpec extends JobRef {
  image: string;
  command: string;
  environment: ReadonlyMap<string, string>;
  /** Megabytes (10^6 bytes), or null for no limit. */
  memoryMb: number | null;
  /** What the user is told about this attempt before its first line of output. */
  owner: string;
  alias: string;
}

/** A job as its cluster knows it. */
export interface Job extends JobRef {
  externalId: string;
  phase: Phase;
  startedAt: Date | null;
  /** Present exactly when the phase is STOPPED. */
  outcome: Outcome | null;
}

/**
 * `absent` is proven: the attempt never ran and, through this engine, never will by a launch that
 * is already under way. `unknown` means that nothing may be concluded.
 */
export type Found =
  { kind: 'found'; job: Job } | { kind: 'absent' } | { kind: 'unknown'; reason: string };

export interface EndRequest {
  ref: JobRef;
  externalId: string | null;
  /** Seconds between asking and forcing. */
  graceSeconds: number;
  signal: AbortSignal;
}

/**
 * `confirmed`: nothing of the attempt runs any more or ever will. `own` says that the job had ended
 * by itself before it was asked to. `job` is null when the attempt never started.
 */
export type EndAnswer =
  { kind: 'confirmed'; own: boolean; job: Job | null } | { kind: 'ending'; reason: string };

export interface JobPage {
  jobs: Job[];
  next: string | null;
}

/** Something an engine has to say about a launch, for the run's events and answers. */
export interface Notice {
  reason: string;
  message: string;
}

/** What the API needs of an engine: reading, never changing. */
export interface EngineReader {
  readonly name: EngineName;
  /**
   * The log of a job from a byte offset to its present end. Throws FlotillaError `not_found` when
   * the engine holds no log of it (any more).
   */
  logs(externalId: string, offset: number): AsyncIterable<Uint8Array>;
  /** Bytes of log there are now; null when the engine holds no log of it. */
  logSize(externalId: string): Promise<number | null>;
  /** What differs from what the definition asks, on this engine. */
  notices(): Notice[];
}

/**
 * What a cluster can do. One contract suite (test/contract) holds every engine to it.
 * All methods may throw FlotillaError: `rejected` (never try again), `capacity` (no room now),
 * `unavailable` (no answer); anything else counts as `unavailable`.
 */
export interface Engine extends EngineReader {
  /** Starts the attempt. Idempotent by (run, attempt): a repeat starts nothing. */
  launch(spec: AttemptSpec, signal: AbortSignal): Promise<Job>;
  find(ref: JobRef): Promise<Found>;
  describe(externalId: string): Promise<Found>;
  /** Ends the attempt; also bars it from starting when it has not started. */
  end(request: EndRequest): Promise<EndAnswer>;
  /** Our jobs on this cluster that were not released, a page at a time. */
  list(cursor: string | null): Promise<JobPage>;
  /**
   * Changes as they happen, beginning with what is already over. May repeat itself. A job's change
   * counts as seen once the consumer asks for the next one.
   */
  watch(signal: AbortSignal): AsyncIterable<Job>;
  /** The path of a finished job's whole log where it is a file on this machine, else null. */
  logFile(externalId: string): string | null;
  /** Outcome and log are stored: what the cluster keeps of the attempt may go. */
  release(ref: JobRef): Promise<void>;
  close(): Promise<void>;
}
