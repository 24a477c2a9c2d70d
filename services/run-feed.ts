import { setTimeout as sleep } from 'node:timers/promises';
import { changedRuns, type ChangedRun } from '../db/changed-runs.ts';
import type { Db } from '../db/client.ts';
import type { Listener } from '../db/run-news.ts';
import { currentSnapshot, type Snapshot } from '../db/snapshot.ts';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import { Bell } from './bell.ts';

/** Readers of one process; each holds what it has not sent yet. */
const MAX_READERS = 1_000;
/** Runs of one look; when more have changed, readers are told to read their lists again. */
const MAX_CHANGES = 2_000;
/** How soon changes are told that no notice was heard of. */
const LOOK_MS = 2_000;
/** Between two looks, however many notices come. */
const PAUSE_MS = 50;

/** What changed between two looks. */
export interface Batch {
  snapshot: Snapshot;
  /** Null: too many to tell. */
  runs: readonly ChangedRun[] | null;
}

export interface FeedReader {
  /** Whether it looks at the environment of runs, which may be long. */
  withEnv: boolean;
  /** Must return soon and not throw. */
  take(batch: Batch): void;
}

export interface FeedDeps {
  db: Db;
  /** Begins to call `onNews` whenever runs may have changed. */
  listen(onNews: () => void): Listener;
  warn(message: string, detail: Record<string, unknown>): void;
}

/**
 * Tells all readers of this process which runs have changed: one query a look for all of them, after a
 * notice or every 2 s, and none while nobody reads.
 */
export class RunFeed {
  readonly #deps: FeedDeps;
  readonly #readers = new Set<FeedReader>();
  readonly #closing = new AbortController();
  #round: Round | null = null;

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** Aborted when no more will be told. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Tells a reader of every change that is committed after this returns, and perhaps of some before.
   * @returns what ends that
   * @throws FlotillaError `unavailable` when there are too many readers, and what the database throws
   */
  async join(reader: FeedReader): Promise<() => void> {
    if (this.#readers.size >= MAX_READERS || this.#closing.signal.aborted) {
      throw new FlotillaError('unavailable', `this server has ${this.#readers.size} streams open`);
    }
    this.#readers.add(reader);
    const round = (this.#round ??= new Round(this.#deps, this.#readers));
    const leave = (): void => this.#leave(reader);
    try {
      await round.ready();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  #leave(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    void this.#round?.end();
    this.#round = null;
  }

  /** Ends all streams. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#round?.end();
  }
}

/** From the first reader that comes to the last one that goes. */
class Round {
  readonly #deps: FeedDeps;
  readonly #readers: ReadonlySet<FeedReader>;
  readonly #ending = new AbortController();
  readonly #bell = new Bell();
  readonly #listener: Listener;
  readonly #done: Promise<void>;
  #looking: Promise<Snapshot>;
  #troubled = false;

  constructor(deps: FeedDeps, readers: ReadonlySet<FeedReader>) {
    this.#deps = deps;
    this.#readers = readers;
    this.#listener = deps.listen(() => this.#bell.ring());
    this.#looking = currentSnapshot(deps.db);
    // Who fails to look the first time has no readers, and is ended by the last one that leaves.
    this.#done = this.#looking.then(
      () => this.#follow(),
      () => undefined,
    );
  }

  /** Settles when the look is over that is under way, which may not have known of a new reader. */
  async ready(): Promise<void> {
    await this.#looking;
  }

  async end(): Promise<void> {
    this.#ending.abort();
    this.#bell.ring();
    await Promise.all([this.#done, this.#listener.close()]);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#bell.wait(LOOK_MS);
      if (signal.aborted) return;
      this.#looking = this.#look(await this.#looking);
      await this.#looking;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** @returns what is to be looked from the next time */
  async #look(since: Snapshot): Promise<Snapshot> {
    const withEnv = [...this.#readers].some((reader) => reader.withEnv);
    try {
      const { snapshot, runs, more } = await changedRuns(this.#deps.db, since, {
        limit: MAX_CHANGES,
        withEnv,
      });
      this.#troubled = false;
      for (const reader of this.#readers) reader.take({ snapshot, runs: more ? null : runs });
      return snapshot;
    } catch (error) {
      // Nothing is lost: the next look begins where this one did.
      if (!this.#troubled) {
        const detail = { error: messageOf(error) };
        this.#deps.warn('changes of runs cannot be read; streams are late', detail);
      }
      this.#troubled = true;
      return since;
    }
  }
}
