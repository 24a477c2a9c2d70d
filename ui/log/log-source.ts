import type { Schemas } from '../../client/client.ts';
import { answerOf, api, isRefused, read } from '../api/client.ts';
import { LineSplitter, type TextLine } from './line-splitter.ts';
import { logPath } from './log-path.ts';
import { PAGE_LINES, Pages } from './pages.ts';

const AGAIN_MS = 1_000;
/** How soon the time of a line is asked for again that nobody knew. */
const UNKNOWN_AGAIN_MS = 5_000;

export interface LogState {
  /** Lines so far; null until that is known. */
  total: number | null;
  /** Whether the log grows no more. */
  complete: boolean;
  /** Whether it grew when it was first looked at. */
  grew: boolean;
  /** Whether news come; false while the connection is taken up again. */
  connected: boolean;
  /** Why there is nothing to see. */
  error: Error | null;
  /** Whether it is known when lines were written. */
  timed: boolean;
  /** Changes with each change of a line that was shown. */
  version: number;
}

/**
 * The log of one attempt: any window of it on demand, and its end as it grows. Takes up a lost
 * connection where it was, by byte offset.
 */
export class LogSource {
  readonly #runId: string;
  readonly #attempt: number | null;
  readonly #pages = new Pages();
  readonly #asked = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #state: LogState = {
    total: null,
    complete: false,
    grew: false,
    connected: true,
    error: null,
    timed: false,
    version: 0,
  };
  #scheduled = false;
  #stop = new AbortController();
  #askedTimesAt = 0;
  #isWaiting = false;

  /** @param attempt counts from 1; null for the latest one */
  constructor(runId: string, attempt: number | null) {
    this.#runId = runId;
    this.#attempt = attempt;
  }

  get state(): LogState {
    return this.#state;
  }

  /** Undefined for a line that is not at hand: see `want`. @param line counts from 0 */
  line(line: number): TextLine | undefined {
    return this.#pages.get(line);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins to read and follow; answers with how to end that. */
  start(): () => void {
    const stop = new AbortController();
    this.#stop = stop;
    void this.#run(stop.signal);
    return () => stop.abort();
  }

  /** Has lines fetched that are not at hand, counting from 0, `to` exclusive. */
  want(from: number, to: number): void {
    const total = this.#state.total ?? 0;
    for (const page of this.#pages.missing(from, Math.min(to, total))) {
      if (this.#asked.has(page)) continue;
      this.#asked.add(page);
      void this.#fetchPage(page, this.#stop.signal).finally(() => this.#asked.delete(page));
    }
  }

  /**
   * Has it found out when lines were written that came as the log grew, counting from 0, `to` exclusive.
   * The newest may not be known yet: they are asked for again, at most each second.
   */
  wantTimes(from: number, to: number): void {
    const lines = Array.from({ length: Math.max(to - from, 0) }, (_, i) => this.line(from + i));
    const isNew = lines.some((line) => line !== undefined && line.at === undefined);
    const isOpen = !this.#state.complete && lines.some((line) => line?.at === null);
    if (!isNew && !isOpen) return;
    const wait = this.#askedTimesAt + (isNew ? AGAIN_MS : UNKNOWN_AGAIN_MS) - Date.now();
    if (wait > 0) {
      this.#drawLater(wait);
      return;
    }
    this.#askedTimesAt = Date.now();
    void this.#fetchTimes(from, to - from, this.#stop.signal);
  }

  /** The window asks again as soon as it is drawn anew. */
  #drawLater(ms: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => {
      this.#isWaiting = false;
      this.#set({});
    }, ms);
  }

  async #fetchTimes(from: number, count: number, signal: AbortSignal): Promise<void> {
    try {
      const { lines, timed } = await this.#lines(from + 1, count, signal);
      for (const [i, line] of lines.entries()) this.#pages.time(from + i, timeOf(line));
      this.#set({ timed: timed || this.#state.timed });
    } catch {
      // The lines are there without.
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const { total, complete, timed } = await this.#lines(1, 0, signal);
        const grew = this.#state.grew || !complete;
        this.#set({ total, complete, grew, timed, connected: true, error: null });
        if (complete) return;
        await this.#follow(total, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isRefused(error)) {
          this.#set({ error });
          return;
        }
        this.#set({ connected: false });
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  /** Reads on from the beginning of the last line, which may still grow. */
  async #follow(total: number, signal: AbortSignal): Promise<void> {
    const [last] = total === 0 ? [] : (await this.#lines(total, 1, signal)).lines;
    let line = Math.max(total - 1, 0);
    const splitter = new LineSplitter();
    for await (const chunk of this.#bytes(last?.offset ?? 0, signal)) {
      const ended = splitter.push(chunk);
      this.#pages.put(line, ended);
      line += ended.length;
      const { rest } = splitter;
      if (rest.text !== '') this.#pages.put(line, [rest]);
      this.#set({ total: Math.max(line + (rest.text === '' ? 0 : 1), total), connected: true });
    }
  }

  async *#bytes(offset: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const query = { offset: String(offset), follow: 'true' };
    const { body } = await read(logPath(this.#runId, this.#attempt, query), { signal });
    if (body === null) throw new Error('a log without a body');
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  async #fetchPage(page: number, signal: AbortSignal): Promise<void> {
    const from = page * PAGE_LINES;
    try {
      const { lines } = await this.#lines(from + 1, PAGE_LINES, signal);
      this.#pages.fill(
        from,
        lines.map((line) => ({ ...line, at: timeOf(line) })),
      );
      this.#set({});
    } catch {
      // The window asks again as soon as it is drawn anew.
      if (signal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      this.#set({});
    }
  }

  #lines(from: number, count: number, signal: AbortSignal): Promise<Schemas['LogLines']> {
    const attempt = this.#attempt === null ? {} : { attempt: this.#attempt };
    return answerOf(
      api.GET('/api/v8/runs/{run_id}/log/lines', {
        params: {
          path: { run_id: this.#runId },
          query: { from, count, ...attempt },
        },
        signal,
      }),
    );
  }

  /** Told once a frame: a log may grow far faster than anybody reads. */
  #set(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change, version: this.#state.version + 1 };
    if (this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      for (const listener of this.#listeners) listener();
    }, FRAME_MS);
  }
}

function timeOf(line: Schemas['LogLine']): number | null {
  return line.written_at === null ? null : Date.parse(line.written_at);
}

/** Not a frame of the browser's own, which a hidden page does not get. */
const FRAME_MS = 16;
