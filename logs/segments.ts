import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { conflict, notFound, systemCode } from '../domain/errors.ts';
import { decodeMarks, LogTimes } from '../domain/log-times.ts';
import { sizeOf } from './size-of.ts';
import type { GrownLog } from './store.ts';

const CHUNK_BYTES = 256 * 1024;

/** How far one collector has come: offsets in the whole log, and the place in its source. */
export interface Mark {
  /** Where its segment begins. */
  from: number;
  to: number;
  cursor: string | null;
  complete: boolean;
}

/**
 * What one collector kept of a growing log: a file of bytes, and beside it one of marks, the last
 * whole line of which counts. Only that collector ever writes them.
 */
export interface Segment extends Mark {
  path: string;
  number: number;
}

/** The paths of a log's segment; `base` is that of the attempt, without an extension. */
export function segmentPath(base: string, number: number): string {
  return `${base}.part.${number}`;
}

export function marksPath(path: string): string {
  return `${path}.at`;
}

/** When lines of a segment were written (domain/log-times.ts); may be missing. */
export function timesPath(path: string): string {
  return `${path}.times`;
}

export function encodeMark(mark: Mark): string {
  return `${JSON.stringify([mark.from, mark.to, mark.cursor, mark.complete])}\n`;
}

function decodeMark(line: string): Mark {
  const [from, to, cursor, complete] = JSON.parse(line) as [number, number, string | null, boolean];
  return { from, to, cursor, complete };
}

/**
 * The segments of a growing log in order: each one counts up to where the next begins, whatever its
 * collector writes later. Empty where there is none, and while they are being removed.
 */
export async function readChain(base: string): Promise<Segment[]> {
  const numbers = await segmentNumbers(base);
  const chain: Segment[] = [];
  let end = 0;
  for (const number of numbers) {
    const segment = await readSegment(segmentPath(base, number), number);
    if (segment === null || segment.from > end) return [];
    end = segment.to;
    chain.push(segment);
  }
  return chain;
}

async function segmentNumbers(base: string): Promise<number[]> {
  const prefix = `${basename(base)}.part.`;
  let names: string[];
  try {
    names = await readdir(dirname(base));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.startsWith(prefix) && /^\d+\.at$/.test(name.slice(prefix.length)))
    .map((name) => Number.parseInt(name.slice(prefix.length), 10))
    .toSorted((a, b) => a - b);
}

async function readSegment(path: string, number: number): Promise<Segment | null> {
  try {
    const text = await readFile(marksPath(path), 'utf8');
    // Read after the marks, so that it holds at least what they say.
    const size = await sizeOf(path);
    const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
    // After the machine lost power a mark may be there and its bytes not.
    const marks = lines.filter((line) => line !== '').map(decodeMark);
    const last = marks.findLast((mark) => mark.to - mark.from <= size);
    return last === undefined ? null : { ...last, path, number };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export function grownOf(chain: readonly Segment[]): GrownLog | null {
  const last = chain.at(-1);
  if (last === undefined) return null;
  return { bytes: last.to, cursor: last.cursor, complete: last.complete };
}

/**
 * Bytes of a growing log from an offset to the end of the chain.
 * @throws FlotillaError `not_found` when the segments are gone, at whatever place
 */
export async function* readSegments(
  chain: readonly Segment[],
  offset: number,
): AsyncGenerator<Uint8Array> {
  let at = offset;
  for (const [i, { path, from, to }] of chain.entries()) {
    const end = chain[i + 1]?.from ?? to;
    if (end <= at) continue;
    const file = { start: at - from, end: end - from - 1, highWaterMark: CHUNK_BYTES };
    try {
      for await (const chunk of createReadStream(path, file)) {
        const bytes = chunk as Uint8Array;
        at += bytes.length;
        yield bytes;
      }
    } catch (error) {
      if (systemCode(error) === 'ENOENT') throw notFound('the growing log is gone');
      throw error;
    }
    if (at < end) return;
  }
}

/** When the lines of a chain were written, as far as its collectors were told. */
export async function readTimes(chain: readonly Segment[]): Promise<LogTimes> {
  const times = new LogTimes();
  for (const [i, { path, from, to }] of chain.entries()) {
    const own = new LogTimes();
    for (const { offset, at } of decodeMarks(await readIfThere(timesPath(path))))
      own.add(offset, at);
    // They are written before the mark.
    own.cover(to);
    times.addAll(own, from, chain[i + 1]?.from ?? to);
  }
  return times;
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/**
 * Makes the segment behind a chain, exclusively and at once with its first mark.
 * @throws FlotillaError `conflict` when another collector was first, or went on with the chain
 */
export async function publishSegment(
  base: string,
  before: readonly Segment[],
): Promise<{ path: string; number: number }> {
  const last = before.at(-1);
  const now = (await readChain(base)).at(-1);
  if (now?.number !== last?.number || now?.to !== last?.to) throw overtaken();
  if (last !== undefined) await syncBytes(last.path);
  const number = (last?.number ?? 0) + 1;
  const path = segmentPath(base, number);
  await mkdir(dirname(base), { recursive: true });
  const draft = join(dirname(base), `.${randomUUID()}`);
  const from = last?.to ?? 0;
  try {
    const mark = { from, to: from, cursor: last?.cursor ?? null, complete: false };
    await writeFile(draft, encodeMark(mark), { flush: true });
    await link(draft, marksPath(path));
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw overtaken();
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return { path, number };
}

/** The next segment cuts this one at its mark, which must therefore not be lost any more. */
async function syncBytes(path: string): Promise<void> {
  for (const one of [path, marksPath(path)]) {
    try {
      const file = await open(one, 'r');
      try {
        await file.datasync();
      } finally {
        await file.close();
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
}

export function overtaken(): Error {
  return conflict('another collector goes on with this log');
}

/** The first one first: a chain without its beginning is none to readers. */
export async function removeSegments(base: string): Promise<void> {
  for (const number of await segmentNumbers(base)) await removeSegment(segmentPath(base, number));
}

export async function removeSegment(path: string): Promise<void> {
  await rm(marksPath(path), { force: true });
  await rm(path, { force: true });
  await rm(timesPath(path), { force: true });
}
