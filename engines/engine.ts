import type { EngineName } from '../domain/engine-name.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { LogTimes } from '../domain/log-times.ts';
import type { Phase } from '../domain/lifecycle/status.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { EngineSizes, Resources } from '../domain/resources.ts';
import type { SecretVariable } from '../domain/environment.ts';
import type { SparkExtension, SparkFacts } from '../domain/spark.ts';

/** Everything an engine needs to start one attempt of a run. */
export interface AttemptSpec extends JobRef {
  /**
   * Since when a launch may have started it: when the engine was first asked for it, or last said that
   * there was no room. For clusters that know a repeated launch only for a time.
   */
  askedAt: Date;
  image: string;
  command: string;
  environment: ReadonlyMap<string, string>;
  /** Variables whose values the cluster fills in; they never pass through this service. */
  secrets: readonly SecretVariable[];
  resources: Resources;
  ports: readonly number[];
  labels: Readonly<Record<string, string>>;
  /** `arm64`, or null and anything else for amd64. */
  arch: string | null;
  nodeLifecycle: 'ondemand' | 'spot';
  /** Null for the cluster's default. */
  serviceAccount: string | null;
  requiresDocker: boolean;
  /** How long it may run; null for as long as it likes. */
  deadlineSeconds: number | null;
  tier: string;
  /** What the cluster's row says that it can do, such as `shared-pool`. */
  capabilities: readonly string[];
  owner: string;
  alias: string;
  /** Of a Spark job, with the memory that it is to get; null for others. */
  spark: SparkExtension | null;
}

/** A job as its cluster knows it. */
export interface Job extends JobRef {
  externalId: string;
  phase: Phase;
  startedAt: Date | null;
  /** Present exactly when the phase is STOPPED. */
  outcome: Outcome | null;
  /** Whether something of it may still run, also when its outcome is known: then it is to be ended. */
  alive: boolean;
  /** Why it is where it is, for people: why it has to wait, or what it waits for. */
  note: string | null;
  place: Place | null;
  /** Of a Spark job, what is known of it beyond the rest. */
  spark?: SparkFacts;
}

/** Where a job runs, in its cluster's words. */
export interface Place {
  /** The node; null until there is one. */
  host: string | null;
  pod: string | null;
  namespace: string | null;
  container: string | null;
}

/** What a job was seen to use, the most so far. */
export interface JobUsage {
  ref: JobRef;
  memoryMb: number;
  cpuMillicores: number;
}

/** What a watch tells. */
export type Change =
  | { kind: 'job'; job: Job }
  | { kind: 'event'; event: JobEvent }
  | { kind: 'usage'; usage: JobUsage }
  | { kind: 'spark'; ref: JobRef; facts: SparkFacts };

/** A piece of a log, and the place in the log behind it. */
export interface TailChunk {
  bytes: Uint8Array;
  /** Opaque: `tail` continues there, also in another process. */
  cursor: string;
  /**
   * When lines of it were written, as the cluster says: `offset` is of a line's first byte, counted in
   * `bytes`; `at` in milliseconds since 1970. Need not name every line; absent where nobody knows.
   */
  marks?: readonly { offset: number; at: number }[];
}

/**
 * Puts the engine's name for an attempt on record before its command may begin, with what the engine
 * was given in words, if it has such a thing. False when the attempt may no longer start. With null
 * nothing is recorded: asks only whether it may, for an engine that learns the name by starting it.
 */
export type Register = (externalId: string | null, manifest: string | null) => Promise<boolean>;

/** Tells what happens to an attempt before there is a job of it, such as how its image is fetched. */
export type Tell = (event: Pick<JobEvent, 'type' | 'reason' | 'message'>) => void;

/** Thrown by `launch` where the attempt is over: nothing of it was started, or ever will be. */
export class LaunchFailed extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.reason ?? 'it cannot be launched');
    this.name = 'LaunchFailed';
    this.outcome = outcome;
  }
}

/**
 * `absent` is proven: the attempt never ran and, through this engine, never will by a launch that
 * is already under way, or only as the same job that another launch would get. `unknown` means that
 * nothing may be concluded.
 */
export type Found =
  { kind: 'found'; job: Job } | { kind: 'absent' } | { kind: 'unknown'; reason: string };

export interface EndRequest {
  ref: JobRef;
  externalId: string | null;
  /** Seconds between asking and forcing. */
  graceSeconds: number;
  /** Why, for the cluster's own records. */
  why?: string;
  /**
   * Makes `register` refuse the attempt from now on: for an engine whose cluster has no place for a bar
   * of its own. Called where there is nothing of the attempt to end.
   */
  bar?: () => Promise<void>;
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
  /** Engines of the cluster whose jobs could not be listed, with the reason: nothing follows from their absence. */
  unlisted?: { engine: EngineName; reason: string };
  next: string | null;
}

/** Something an engine has to say about a launch, for the run's events and answers. */
export interface Notice {
  reason: string;
  message: string;
}

/** Launches that share a limit, also those of several clusters, take turns. */
export interface Turns {
  /** Letters, digits and dashes; the same for all that share it. */
  name: string;
  perSecond: number;
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
  /**
   * When the lines of that log were written; null where nobody knows. Absent where `tail` tells it.
   */
  logTimes?(externalId: string): Promise<LogTimes | null>;
  /** What differs from what the definition asks, on this engine. */
  notices(): Notice[];
}

/**
 * What a cluster can do. One contract suite (test/contract) holds every engine to it.
 * All methods may throw FlotillaError: `rejected` (never try again), `capacity` (no room now;
 * from `launch`: nothing was started), `unavailable` (no answer); anything else counts as `unavailable`.
 */
export interface Engine extends EngineReader {
  /** Absent where launches need not wait for each other. */
  readonly turns?: Turns;
  /** How much attempts get, where that is the engine's affair: they are recorded and launched so. */
  readonly sizes?: EngineSizes;
  /**
   * Starts the attempt. Idempotent by (run, attempt): a repeat starts nothing. An engine whose
   * cluster may forget a finished job calls `register` while the command cannot have begun yet, so
   * that an attempt not on record is proven never to have run.
   * @returns null when `register` refused: nothing was started, and nothing is left
   * @throws LaunchFailed
   */
  launch(
    spec: AttemptSpec,
    signal: AbortSignal,
    register: Register,
    tell?: Tell,
  ): Promise<Job | null>;
  /** @param askedAt as in AttemptSpec; without it, an engine that needs it can prove nothing absent */
  find(ref: JobRef, askedAt?: Date | null): Promise<Found>;
  describe(externalId: string): Promise<Found>;
  /** Ends the attempt; also bars it from starting when it has not started. */
  end(request: EndRequest): Promise<EndAnswer>;
  /** Our jobs on this cluster that were not released, a page at a time. */
  list(cursor: string | null): Promise<JobPage>;
  /**
   * Changes as they happen, beginning with what is already over. May repeat itself. A change counts
   * as seen once the consumer asks for the next one.
   */
  watch(signal: AbortSignal): AsyncIterable<Change>;
  /** The path of a finished job's whole log where it is a file on this machine, else null. */
  logFile(externalId: string): string | null;
  /**
   * A log that its cluster may cut or drop, to be collected as it grows; absent where the log stays
   * until it is released. Begins behind a cursor, or at the start. Reconnects without repeating or
   * leaving out a byte, and says so in the log where bytes were lost. Ends when the log is whole; with
   * `follow` false also at its present end, where the job goes on.
   * Throws FlotillaError `not_found` when the cluster has no log of the job (any more).
   */
  tail?(
    externalId: string,
    cursor: string | null,
    options: { follow: boolean; signal: AbortSignal },
  ): AsyncIterable<TailChunk>;
  /** The cluster's version in its own words. Throws `unavailable` when it does not answer. */
  probe(): Promise<string>;
  /** Outcome and log are stored: what the cluster keeps of the attempt may go. */
  release(ref: JobRef): Promise<void>;
  close(): Promise<void>;
}
