import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../domain/errors.ts';
import { MAX_REPORT_BYTES } from '../domain/sizes.ts';
import { storable } from '../domain/storable.ts';
import { timeLimit } from '../domain/time-limit.ts';

/** As flotilla-os waits for it. */
const TIMEOUT_MS = 5_000;
/** Waits between tries; together with the last one's time-out this is what a run waits at most. */
const AGAIN_AFTER_MS = [500, 1_500];
const WITHIN_MS = 10_000;

/** `none`: there are no exceptions; `failed`: nobody can say. */
export type Extracted =
  { kind: 'found'; exceptions: string[] } | { kind: 'none' } | { kind: 'failed'; why: string };

export type ExtractExceptions = (runId: string, signal: AbortSignal) => Promise<Extracted>;

/**
 * Asks a service that takes exceptions out of logs, as flotilla-os did: `GET <url>/extract/<run_id>`
 * answers with a list of texts in JSON. Never rejects, and takes 10 s at most: an end does not depend on it.
 */
export function exceptionExtractor(url: string): ExtractExceptions {
  const base = url.replace(/\/+$/, '');
  return async (runId, signal) => {
    const limit = timeLimit(WITHIN_MS, signal);
    for (let tries = 0; ; tries += 1) {
      const answer = await ask(`${base}/extract/${encodeURIComponent(runId)}`, limit);
      const wait = AGAIN_AFTER_MS[tries];
      if (answer.kind !== 'failed' || answer.final || wait === undefined || limit.aborted)
        return answer;
      await sleep(wait, undefined, { signal: limit }).catch(() => undefined);
    }
  };
}

type Answer =
  Exclude<Extracted, { kind: 'failed' }> | { kind: 'failed'; why: string; final: boolean };

async function ask(url: string, limit: AbortSignal): Promise<Answer> {
  try {
    const signal = timeLimit(TIMEOUT_MS, limit);
    const answer = await fetch(url, { headers: { accept: 'application/json' }, signal });
    if (answer.status === 404 || answer.status === 204) {
      await answer.body?.cancel();
      return { kind: 'none' };
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      return { kind: 'failed', why: `it answered ${answer.status}`, final: answer.status < 500 };
    }
    const text = await limited(answer);
    return text === null
      ? { kind: 'failed', why: `it answered more than ${MAX_REPORT_BYTES} bytes`, final: true }
      : read(text);
  } catch (error) {
    return { kind: 'failed', why: messageOf(error), final: false };
  }
}

/** Null for a body that is too long, of which the rest is not read. */
async function limited(answer: Response): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MAX_REPORT_BYTES) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function read(text: string): Answer {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { kind: 'failed', why: 'it did not answer in JSON', final: true };
  }
  if (given === null) return { kind: 'none' };
  if (!Array.isArray(given) || !given.every((item) => typeof item === 'string')) {
    return { kind: 'failed', why: 'it did not answer with a list of texts', final: true };
  }
  const exceptions = given.map((item) => storable(item, MAX_REPORT_BYTES));
  return exceptions.length === 0 ? { kind: 'none' } : { kind: 'found', exceptions };
}
