import { appendFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { systemCode } from '../../domain/errors.ts';
import { LogTimes, NOT_KNOWN } from '../../domain/log-times.ts';
import { readIfThere } from './inspect.ts';
import { refOfMarker, type AttemptFiles, type Layout } from './paths.ts';

/** How often logs are looked at. */
export const LOOK_MS = 1_000;
/** When a log was last written says little of lines that nobody looked at for longer than this. */
const LONGEST_GAP_MS = 5_000;
/** A log that grows for very long is noted more rarely, so that its notes stay small. */
const NOTES = 8_192;
/** A note, whole: it begins a line whatever stands before it, and ends with a point. */
const NOTE = /^(\d+) (\d+)\.$/gm;

/** How far a log's lines are noted. */
interface Noted {
  bytes: number;
  at: number;
}

/**
 * Notes when the logs of live jobs grow: in a file beside each, a line for each growth that says how
 * many bytes there were, and when the last was written (ms since 1970; 0 where nobody knows).
 */
export class LogLooks {
  readonly #layout: Layout;
  readonly #noted = new Map<string, Noted>();

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Looks once. What fails is left out: times are no reason to disturb a job. */
  look(now: number = Date.now()): void {
    const before = lookedAt(this.#layout);
    const live = new Set(readdirSync(this.#layout.live));
    for (const name of live) {
      const ref = refOfMarker(name);
      if (ref === null) continue;
      try {
        this.#note(name, this.#layout.files(ref), { before, now });
      } catch {
        // It may be released at this moment.
      }
    }
    for (const name of this.#noted.keys()) if (!live.has(name)) this.#noted.delete(name);
    touch(this.#layout.looked, now);
  }

  #note(name: string, files: AttemptFiles, { before, now }: { before: number; now: number }): void {
    const known = this.#noted.get(name) ?? { bytes: notesOf(files).covered, at: 0 };
    this.#noted.set(name, known);
    const growth = growthOf(files, known.bytes, before);
    if (growth === null || now - known.at < (now - growth.began) / NOTES) return;
    appendFileSync(files.logTimes, `\n${growth.bytes} ${growth.at}.\n`);
    this.#noted.set(name, { bytes: growth.bytes, at: now });
  }
}

/** When the lines of a log were written, up to its present end; null where there is no log. */
export function logTimesOf(layout: Layout, files: AttemptFiles): LogTimes | null {
  const times = notesOf(files);
  const growth = growthOf(files, times.covered, lookedAt(layout));
  if (growth !== null) take(times, growth.bytes, growth.at);
  return times.covered === 0 ? null : times;
}

/** What is noted of a log; lines that make no sense are left out, such as those of a second watcher. */
function notesOf(files: AttemptFiles): LogTimes {
  const times = new LogTimes();
  for (const [, bytes, at] of (readIfThere(files.logTimes) ?? '').matchAll(NOTE)) {
    const reach = Number(bytes);
    if (Number.isSafeInteger(reach) && reach > times.covered) take(times, reach, Number(at));
  }
  return times;
}

/** Bytes up to `bytes` were written by `at`. */
function take(times: LogTimes, bytes: number, at: number): void {
  times.add(times.covered, at);
  times.cover(bytes);
}

/**
 * How much of a log is not noted, and when it was written.
 * @param looked when somebody last looked, and would have seen it (ms)
 */
function growthOf(
  files: AttemptFiles,
  noted: number,
  looked: number,
): { bytes: number; at: number; began: number } | null {
  try {
    const { size, mtimeMs, birthtimeMs } = statSync(files.log);
    if (size <= noted) return null;
    const isKnown = mtimeMs - Math.max(looked, birthtimeMs) <= LONGEST_GAP_MS;
    return { bytes: size, at: isKnown ? Math.round(mtimeMs) : NOT_KNOWN, began: birthtimeMs };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function lookedAt(layout: Layout): number {
  try {
    return statSync(layout.looked).mtimeMs;
  } catch {
    return 0;
  }
}

function touch(path: string, now: number): void {
  try {
    utimesSync(path, new Date(now), new Date(now));
  } catch {
    writeFileSync(path, '');
  }
}
