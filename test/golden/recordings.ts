import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One request to flotilla-os and what it answered. */
export interface Recording {
  seq: number;
  name: string;
  request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  response: {
    status: number;
    transport_error: string | null;
    headers: Record<string, string>;
    body: unknown;
  };
}

const DIR = new URL('../fixtures/golden/', import.meta.url).pathname;

/** Every recording in the order in which it was made. */
export function readRecordings(): Recording[] {
  return readdirSync(DIR)
    .flatMap((file) => readFileSync(join(DIR, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recording)
    .toSorted((a, b) => a.seq - b.seq);
}

/** The answer's body where it was not the same from one recording to the next. */
export const VARIES = '(differs from call to call)';
