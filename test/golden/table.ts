import { readFileSync } from 'node:fs';
import type { Difference } from './compare.ts';
import type { Recording } from './recordings.ts';

/** A row of the migration document: where an answer differs from flotilla-os's, and why. */
export interface Row {
  /** `METHOD /path?query`, `*` standing for anything; several with commas. */
  requests: RegExp[];
  what: string[];
  old: string;
  here: string;
  line: string;
}

const DOCUMENT = new URL('../../docs/migrating-from-flotilla-os.md', import.meta.url);

/** The rows of the table of differences. */
export function readTable(): Row[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const table = text.split('<!-- differences -->')[1] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [requests = '', what = '', old = '', here = ''] = line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|'));
      return { requests: codes(requests).map(glob), what: codes(what), old, here, line };
    });
}

/** The row that a difference has, or undefined. For a status, the row names both codes. */
export function rowFor(
  rows: readonly Row[],
  recording: Recording,
  difference: Difference,
): Row | undefined {
  const request = `${recording.request.method} ${recording.request.path}`;
  return rows.find(
    (row) =>
      row.requests.some((pattern) => pattern.test(request)) &&
      row.what.includes(difference.what) &&
      (difference.what !== 'status' ||
        (row.old.includes(difference.old.slice(0, 40)) && row.here.includes(difference.here))),
  );
}

function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

function glob(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`);
}
