import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { LogTimes, NOT_KNOWN } from '../domain/log-times.ts';
import { collectLog, type LogTail } from './collect.ts';
import type { ShippedLogs } from './shipped.ts';
import type { GrowingLogStore, LogDraft, StoredLog } from './store.ts';

const NEWLINE = 0x0a;
/** Said where nobody has the rest. */
export const MAY_END_EARLY =
  '[flotilla] the log may end early: the pod was gone before its log was read to the end\n';
/** Said where what was shipped is not a longer version of what is there. */
export const SHIPPED_FOLLOWS =
  '[flotilla] the pod was gone before its log was read to the end; what was shipped of it follows\n';
/** While another collector goes on with the log it is left to it. */
const LET_IT_MS = 1_000;
const LET_IT_TIMES = 60;

/** A job that is over, and where more of its log may be than was collected. */
export interface EndedJob {
  ref: JobRef;
  /** Null where the engine has no name of the job. */
  tail: LogTail | null;
  /** False when nothing of it ever ran: then it has no log to be missed. */
  ran: boolean;
  /** The pod that it ran in, where it is on record. */
  pod: () => Promise<string | null>;
}

export interface Completing {
  store: GrowingLogStore;
  shipped: ShippedLogs | null;
  signal: AbortSignal;
  progress: () => void;
}

/**
 * Stores the whole log of a job whose log was collected as it grew: what is there, then what its
 * source has behind that. Where the source no longer has it, what was shipped of it, or a line that
 * says that the end may be missing. A reader finds every byte that was shown before at its place.
 */
export async function storeEnded(job: EndedJob, deps: Completing): Promise<StoredLog> {
  const { store, progress } = deps;
  /** Of a log that was not collected; what was has its own. */
  const fetched = new LogTimes();
  const times = async (): Promise<LogTimes | null> =>
    fetched.covered > 0 ? fetched : store.times(job.ref);
  const bytes = wholeLog(job, deps, fetched);
  return store.store(job.ref, { kind: 'bytes', bytes, times }, progress);
}

async function* wholeLog(
  job: EndedJob,
  deps: Completing,
  times: LogTimes,
): AsyncGenerator<Uint8Array> {
  const { store } = deps;
  const grown = await store.grown(job.ref);
  if (grown === null) {
    yield* uncollected(job, deps, times);
    return;
  }
  // Readers follow what is collected, so the rest goes there first.
  if (!grown.complete) await completeGrown(job, deps);
  yield* store.readGrown(job.ref, 0);
}

/** Nobody has seen anything of the log yet: it goes straight into the store. */
async function* uncollected(
  job: EndedJob,
  deps: Completing,
  times: LogTimes,
): AsyncGenerator<Uint8Array> {
  const seen = new Seen();
  try {
    for await (const { bytes, marks = [] } of tailOf(job, deps.signal)) {
      for (const { offset, at } of marks) times.add(seen.bytes + offset, at);
      seen.take(bytes);
      times.cover(seen.bytes);
      yield bytes;
    }
    deps.signal.throwIfAborted();
  } catch (error) {
    if (!isGone(error)) throw error;
    yield* rest(job, deps, seen);
  }
}

async function completeGrown(job: EndedJob, deps: Completing): Promise<void> {
  for (let times = 0; times < LET_IT_TIMES; times += 1) {
    const draft = await deps.store.grow(job.ref);
    try {
      if (!draft.complete) await completeDraft(job, deps, draft);
      return;
    } catch (error) {
      if (!(error instanceof FlotillaError) || error.code !== 'conflict') throw error;
    } finally {
      // What was not kept shows in the next try.
      await draft.close().catch(() => undefined);
    }
    await sleep(LET_IT_MS, undefined, { signal: deps.signal });
  }
  throw new FlotillaError(
    'unavailable',
    'another collector goes on with the log of a job that is over',
  );
}

async function completeDraft(job: EndedJob, deps: Completing, draft: LogDraft): Promise<void> {
  const { signal } = deps;
  try {
    const tail: LogTail = (cursor) => tailOf(job, signal, cursor);
    await collectLog(tail, draft, { follow: false, signal });
    signal.throwIfAborted();
  } catch (error) {
    if (!isGone(error)) throw error;
    // What was just appended can be read once it is let go.
    await draft.close();
    await completeWithoutSource(job, deps);
  }
}

async function completeWithoutSource(job: EndedJob, deps: Completing): Promise<void> {
  const draft = await deps.store.grow(job.ref);
  try {
    const seen = new Seen();
    for await (const chunk of deps.store.readGrown(job.ref, 0)) seen.take(chunk);
    const cursor = draft.cursor ?? '';
    for await (const chunk of rest(job, deps, seen)) {
      await draft.append(chunk, cursor, [{ offset: 0, at: NOT_KNOWN }]);
    }
    await draft.finish();
  } finally {
    await draft.close().catch(() => undefined);
  }
}

/** The log's source behind a cursor; gone where there is no source. */
function tailOf(job: EndedJob, signal: AbortSignal, cursor: string | null = null) {
  if (job.tail === null) throw new FlotillaError('not_found', 'the engine does not know the job');
  return job.tail(cursor, { follow: false, signal });
}

function isGone(error: unknown): boolean {
  return error instanceof FlotillaError && error.code === 'not_found';
}

/** What follows the bytes that are there already, where their source is gone. */
async function* rest(job: EndedJob, deps: Completing, seen: Seen): AsyncGenerator<Uint8Array> {
  const { runId, attempt } = job.ref;
  const query = { runId, attempt, pod: await job.pod() };
  const shipped = (await deps.shipped?.read(query)) ?? null;
  if (shipped === null) {
    if (job.ran || seen.bytes > 0) yield seen.ownLine(MAY_END_EARLY);
    return;
  }
  const prefix = new Seen();
  let same = seen.bytes === 0;
  for await (const chunk of shipped) {
    const before = Math.min(seen.bytes - prefix.bytes, chunk.length);
    if (before > 0) prefix.take(chunk.subarray(0, before));
    if (before > 0 && prefix.bytes === seen.bytes) same = prefix.digest() === seen.digest();
    if (prefix.bytes === seen.bytes && !same) break;
    if (before < chunk.length) yield chunk.subarray(before);
  }
  if (same) return;
  if (prefix.bytes < seen.bytes) {
    yield seen.ownLine(MAY_END_EARLY);
    return;
  }
  yield seen.ownLine(SHIPPED_FOLLOWS);
  yield* (await deps.shipped?.read(query)) ?? [];
}

/** What was seen of a log: enough to recognize it, not the log. */
class Seen {
  readonly #hash = createHash('sha256');
  #digest: string | null = null;
  #endsLine = true;
  bytes = 0;

  take(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    if (chunk.length > 0) this.#endsLine = chunk.at(-1) === NEWLINE;
  }

  digest(): string {
    return (this.#digest ??= this.#hash.digest('hex'));
  }

  /** A line of ours, not at the end of one of the job's. */
  ownLine(line: string): Uint8Array {
    return Buffer.from(this.#endsLine ? line : `\n${line}`);
  }
}
