import { createHash } from 'node:crypto';
import type { Caller } from '../domain/caller.ts';
import type { RunEvent } from '../domain/run-events.ts';
import { attemptsOf, type AttemptRow } from '../db/attempts.ts';
import { transitionsOf, type RunRow, type TransitionRow } from '../db/runs.ts';
import type { AttemptLog } from '../logs/attempt-log.ts';
import { Bell } from './bell.ts';
import type { Services } from './context.ts';
import { getEvents } from './run-events.ts';
import type { Batch, FeedReader } from './run-feed.ts';
import { logsOfAttempts } from './run-logs.ts';
import { getRun } from './runs.ts';

/** How often a log is looked at while it may grow. */
const LOG_MS = 250;
/** How soon the run is looked at of which no change was heard: attempts and events tell of none. */
const LOOK_MS = 2_000;

export interface LogGrowth {
  attempt: number;
  /** Bytes. */
  size: number;
  /** Null while it may grow. */
  lines: number | null;
  /** True when it grows no more. */
  complete: boolean;
}

export type RunNews =
  | { kind: 'run'; run: RunRow }
  | { kind: 'transition'; transition: TransitionRow }
  | { kind: 'attempt'; attempt: AttemptRow }
  | { kind: 'log'; log: LogGrowth }
  | { kind: 'event'; event: RunEvent }
  /** The run is over and all of it was told. */
  | { kind: 'end' };

type Position = Pick<TransitionRow, 'epoch' | 'seq'>;

/**
 * Tells all there is of a run, and then what changes of it, until the run is over or the signal ends it.
 * Nothing is told when there is nothing new for a while.
 * @param after the last transition that is known; the earlier ones are left out
 * @param beatMs milliseconds of that while
 * @throws FlotillaError `not_found`, `unavailable`; what the database throws
 */
export async function* followRun(
  services: Services,
  caller: Caller,
  runId: string,
  after: Position | undefined,
  options: { signal: AbortSignal; beatMs: number },
): AsyncGenerator<RunNews[]> {
  const signal = AbortSignal.any([options.signal, services.feed.closing]);
  const reader = new RunReader(runId);
  const watched = new WatchedRun(services, caller, runId, after);
  await getRun(services, caller, runId);
  const leave = await services.feed.join(reader);
  const wake = (): void => reader.bell.ring();
  signal.addEventListener('abort', wake, { once: true });
  try {
    let toldAt = performance.now();
    let lookedAt = -Infinity;
    let changed = true;
    while (!signal.aborted) {
      const now = performance.now();
      const due = changed || now - lookedAt >= LOOK_MS;
      if (due) lookedAt = now;
      const news = due ? await watched.look() : await watched.lookAtLogs();
      if (news.length > 0 || now - toldAt >= options.beatMs - LOOK_MS) {
        yield news;
        toldAt = now;
      }
      if (watched.isTold) return;
      changed = await reader.bell.wait(watched.mayGrow ? LOG_MS : LOOK_MS);
    }
  } finally {
    signal.removeEventListener('abort', wake);
    leave();
  }
}

/** Hears that one run has changed. */
class RunReader implements FeedReader {
  readonly withEnv = false;
  readonly bell = new Bell();
  readonly #runId: string;

  constructor(runId: string) {
    this.#runId = runId;
  }

  take({ runs }: Batch): void {
    if (runs === null || runs.some((run) => run.runId === this.#runId)) this.bell.ring();
  }
}

/** A run, and what was told of it. */
class WatchedRun {
  readonly #services: Services;
  readonly #caller: Caller;
  readonly #runId: string;
  /** A digest of what was last told, by kind and identity. */
  readonly #told = new Map<string, string>();
  #after: Position | undefined;
  #logs: { log: AttemptLog; attempt: AttemptRow | undefined }[] = [];
  /** Attempts whose log grows no more. */
  readonly #complete = new Set<number>();
  #isOver = false;

  constructor(services: Services, caller: Caller, runId: string, after: Position | undefined) {
    this.#services = services;
    this.#caller = caller;
    this.#runId = runId;
    this.#after = after;
  }

  /** True when the run is over and everything of it was told. */
  get isTold(): boolean {
    return this.#isOver;
  }

  get mayGrow(): boolean {
    return this.#logs.length > 0;
  }

  /** All that is new. */
  async look(): Promise<RunNews[]> {
    // The run first: what made it STOPPED is then among what follows.
    const run = await getRun(this.#services, this.#caller, this.#runId);
    const { db } = this.#services;
    const [attempts, transitions, events] = await Promise.all([
      attemptsOf(db, this.#runId),
      transitionsOf(db, this.#runId, this.#after),
      getEvents(this.#services, this.#caller, run),
    ]);
    this.#after = transitions.at(-1) ?? this.#after;
    const logs = await logsOfAttempts(this.#services, run, attempts);
    this.#logs = logs
      .filter(({ attempt }) => !this.#complete.has(attempt))
      .map((log) => ({ log, attempt: attempts.find((one) => one.attempt === log.attempt) }));
    const news: RunNews[] = [
      ...(this.#isNew('run', shownOf(run)) ? [{ kind: 'run' as const, run }] : []),
      ...transitions.map((transition) => ({ kind: 'transition' as const, transition })),
      ...attempts
        .filter((attempt) => this.#isNew(`attempt ${attempt.attempt}`, attempt))
        .map((attempt) => ({ kind: 'attempt' as const, attempt })),
      ...events
        .filter((event) => this.#isNew(`event ${event.uid}`, event))
        .map((event) => ({ kind: 'event' as const, event })),
    ];
    const isOver = run.status === 'STOPPED';
    news.push(...(await this.lookAtLogs(isOver)));
    this.#isOver = isOver;
    return isOver ? [...news, { kind: 'end' }] : news;
  }

  /** Which logs have grown. @param isOver whether the run is, so that none can grow any more */
  async lookAtLogs(isOver = false): Promise<RunNews[]> {
    const news: RunNews[] = [];
    for (const { log, attempt } of this.#logs) {
      const { bytes, complete: stored } = await log.size();
      const complete = stored || isOver;
      const lines = complete ? (attempt?.logLines ?? null) : null;
      const growth = { attempt: log.attempt, size: bytes, lines, complete };
      // Not yet: the attempt's record is about to say how many lines it has.
      if (stored && !isOver && attempt?.logBytes == null) continue;
      if (this.#isNew(`log ${log.attempt}`, growth)) news.push({ kind: 'log', log: growth });
      if (complete) this.#complete.add(log.attempt);
    }
    this.#logs = this.#logs.filter(({ log }) => !this.#complete.has(log.attempt));
    return news;
  }

  /** Keeps what is told, so that the same is not told again. */
  #isNew(what: string, value: object): boolean {
    const digest = createHash('sha256').update(JSON.stringify(value)).digest('base64');
    if (this.#told.get(what) === digest) return false;
    this.#told.set(what, digest);
    return true;
  }
}

/** A run without what its readers are not shown, or are by events. */
function shownOf(run: RunRow): RunRow {
  return { ...run, epoch: 0, seq: 0, changedIn: null, workflowStartedAt: null, podEvents: null };
}
