import { invalid } from '../domain/errors.ts';
import type { AttemptLog } from './attempt-log.ts';
import { wholeCharacters } from './utf8.ts';

const NEWLINE = 0x0a;
/** Bytes of one page of the v1 to v6 routes. */
export const PAGE_BYTES = 1024 * 1024;
const TOKEN = /^(\d{1,6})-(\d{1,15})$/;
/** flotilla-os hands out line numbers; one of those begins again at the start. */
const FOREIGN_TOKEN = /^\d*$/;

export interface LogPage {
  log: string;
  lastSeen: string;
}

interface Position {
  attempt: number;
  offset: number;
}

/**
 * The next page of a run's log, its attempts one after the other. `lastSeen` says where the page
 * ended as `<attempt>-<byte offset>`: to a caller it means nothing, and asking again with it loses
 * and repeats nothing. While a log grows, a page ends with a whole line.
 * @param logs the run's attempts, oldest first
 * @throws FlotillaError `invalid` naming `last_seen`
 */
export async function nextPage(logs: readonly AttemptLog[], lastSeen: string): Promise<LogPage> {
  let position = parseToken(lastSeen, logs);
  for (const log of logs.filter((one) => one.attempt >= position.attempt)) {
    const offset = log.attempt === position.attempt ? position.offset : 0;
    const page = await pageOf(log, offset);
    position = { attempt: log.attempt, offset: offset + page.length };
    if (page.length > 0 || log === logs.at(-1))
      return { log: decode(page), lastSeen: token(position) };
    if (!(await log.size()).complete) break;
  }
  return { log: '', lastSeen: logs.length === 0 ? '' : token(position) };
}

function token(position: Position): string {
  return `${position.attempt}-${position.offset}`;
}

function parseToken(text: string, logs: readonly AttemptLog[]): Position {
  const match = TOKEN.exec(text);
  if (match !== null) return { attempt: Number(match[1]), offset: Number(match[2]) };
  if (!FOREIGN_TOKEN.test(text)) throw invalid('last_seen', 'not a value of an earlier answer');
  return { attempt: logs[0]?.attempt ?? 1, offset: 0 };
}

async function pageOf(log: AttemptLog, offset: number): Promise<Buffer> {
  const { bytes, complete } = await log.size();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of log.read(offset)) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= PAGE_BYTES) break;
  }
  const page = Buffer.concat(parts).subarray(0, PAGE_BYTES);
  if (complete && offset + page.length >= bytes) return page;
  const lineEnd = page.lastIndexOf(NEWLINE);
  if (lineEnd >= 0) return page.subarray(0, lineEnd + 1);
  return page.length < PAGE_BYTES ? page.subarray(0, 0) : page.subarray(0, wholeCharacters(page));
}

function decode(page: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(page);
}
