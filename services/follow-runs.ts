import type { Caller } from '../domain/caller.ts';
import { matchesNow, mayMatch, type RunMatch } from '../domain/run-match.ts';
import { changedRuns, type ChangedRun } from '../db/changed-runs.ts';
import { unchangingFilterOf } from '../db/run-filter.ts';
import { whereOf } from '../db/run-list.ts';
import { currentSnapshot, isNoEarlier, sees, snapshotOf, type Snapshot } from '../db/snapshot.ts';
import { Bell } from './bell.ts';
import type { Services } from './context.ts';
import type { Batch, FeedReader } from './run-feed.ts';

/** Runs that a reader may be behind; beyond that it is dropped. */
const MAX_PENDING = 1_000;
/** Runs that are handed over at once. */
const CHUNK = 50;
/** Changes that are made up for after a resume; when there are more, the list is to be read again. */
const MAX_MISSED = 2_000;
/** A position of which nothing can be told. */
const NOWHERE = '0';

export type RunsNews =
  | { kind: 'run'; run: ChangedRun }
  /** It changed, and does not match now. The reader may never have had it. */
  | { kind: 'gone'; runId: string }
  /** What was missed cannot be told. */
  | { kind: 'reset' };

export interface RunsTold {
  news: RunsNews[];
  /** Where a resume goes on, once all news here has arrived. */
  position: string;
}

export interface FollowOptions {
  signal: AbortSignal;
  /** Milliseconds after which nothing is told, so that the reader can be shown a sign of life. */
  beatMs: number;
  /** Called at once when the reader is too slow: whoever waits for it to take more is to give it up. */
  drop(): void;
}

/**
 * Tells which runs have changed, each as it is when told, so that steps in between may be left out. First
 * of all, and in silence, comes a position without news. Ends when the signal says so, or with `drop`.
 * @param lastSeen position from which a reader resumes; null from now on
 * @throws FlotillaError `unavailable`; what the database throws
 */
export async function* followRuns(
  services: Services,
  _caller: Caller,
  match: RunMatch,
  lastSeen: string | null,
  options: FollowOptions,
): AsyncGenerator<RunsTold> {
  const signal = AbortSignal.any([options.signal, services.feed.closing]);
  const reader = new RunsReader(match, options.drop);
  const leave = await services.feed.join(reader);
  const wake = (): void => reader.bell.ring();
  signal.addEventListener('abort', wake, { once: true });
  try {
    const from = lastSeen === null || snapshotOf(lastSeen) !== null ? lastSeen : NOWHERE;
    reader.begin(await missed(services, match, from), from);
    yield { news: [], position: reader.position };
    while (!signal.aborted && !reader.dropped) {
      const news = reader.drain();
      if (news.length > 0) yield { news, position: reader.position };
      else if (!(await reader.bell.wait(options.beatMs))) yield { news, position: reader.position };
    }
  } finally {
    signal.removeEventListener('abort', wake);
    leave();
  }
}

/** What a reader missed since a position; null runs when that cannot be told. */
async function missed({ db }: Services, match: RunMatch, lastSeen: string | null): Promise<Batch> {
  if (lastSeen === null) return { snapshot: await currentSnapshot(db), runs: [] };
  const since = snapshotOf(lastSeen);
  const now = await currentSnapshot(db);
  // One of the future is of another installation.
  if (since === null || !isNoEarlier(now, since)) return { snapshot: now, runs: null };
  const changes = await changedRuns(db, since, {
    limit: MAX_MISSED,
    withEnv: false,
    where: whereOf(unchangingFilterOf(match)),
  });
  return { snapshot: changes.snapshot, runs: changes.more ? null : changes.runs };
}

/** What one reader is still to be told: of each run the latest, so that it never grows beyond a bound. */
class RunsReader implements FeedReader {
  readonly withEnv: boolean;
  readonly bell = new Bell();
  readonly #match: RunMatch;
  readonly #drop: () => void;
  readonly #pending = new Map<string, { news: RunsNews; changedIn: number }>();
  /** The latest look of which it was told, or is to be. */
  #heard: Snapshot | null = null;
  /** Since when it follows. */
  #since: Snapshot | null = null;
  #position = '';
  #reset = false;
  #dropped = false;

  constructor(match: RunMatch, drop: () => void) {
    this.#match = match;
    this.#drop = drop;
    this.withEnv = match.env.length > 0;
  }

  get position(): string {
    return this.#position;
  }

  get dropped(): boolean {
    return this.#dropped;
  }

  /**
   * @param missed what changed before it follows, of runs that `mayMatch`
   * @param from where a resume goes on until that is told
   */
  begin({ snapshot, runs }: Batch, from: string | null): void {
    const heard = [...this.#pending];
    this.#pending.clear();
    for (const run of runs ?? []) this.#put(run);
    for (const [runId, one] of heard) {
      if (!sees(snapshot, one.changedIn)) this.#pending.set(runId, one);
    }
    this.#reset ||= runs === null;
    this.#since = snapshot;
    if (this.#heard === null || isNoEarlier(snapshot, this.#heard)) this.#heard = snapshot;
    const told = this.#pending.size === 0 && !this.#reset;
    this.#position = told ? this.#heard.text : (from ?? snapshot.text);
    this.bell.ring();
  }

  take({ snapshot, runs }: Batch): void {
    if (this.#dropped) return;
    if (this.#heard === null || isNoEarlier(snapshot, this.#heard)) this.#heard = snapshot;
    if (runs === null) {
      this.#pending.clear();
      this.#reset = true;
    }
    for (const run of runs ?? []) {
      if (this.#since !== null && sees(this.#since, run.changedIn)) continue;
      if (mayMatch(this.#match, run)) this.#put(run);
    }
    if (this.#pending.size > MAX_PENDING) {
      this.#dropped = true;
      this.#pending.clear();
      this.#drop();
    }
    if (this.#dropped || this.#reset || this.#pending.size > 0) this.bell.ring();
    else if (this.#since !== null) this.#position = this.#heard.text;
  }

  /** The next news, none when there are no more. `position` is then where a resume goes on. */
  drain(): RunsNews[] {
    const news: RunsNews[] = this.#reset ? [{ kind: 'reset' }] : [];
    this.#reset = false;
    for (const [runId, one] of this.#pending) {
      if (news.length >= CHUNK) break;
      this.#pending.delete(runId);
      news.push(one.news);
    }
    if (this.#pending.size === 0 && this.#heard !== null) this.#position = this.#heard.text;
    return news;
  }

  /** To the end of the queue: what it was before need not be told. */
  #put(run: ChangedRun): void {
    const { runId, changedIn } = run;
    const now = matchesNow(this.#match, run);
    const news: RunsNews = now
      ? { kind: 'run', run: { ...run, env: null } }
      : { kind: 'gone', runId };
    this.#pending.delete(runId);
    this.#pending.set(runId, { news, changedIn });
  }
}
