import type { Schemas } from '../../../client/client.ts';

/** A line of two texts: in both, in the first only, or in the second only. */
export interface ComparedLine {
  side: 'both' | 'old' | 'new';
  text: string;
}

/** Beyond this the table of the comparison would be too large. */
const MAX_LINES = 2_000;

/** The lines of two texts in order, with as many as possible in both (the longest common subsequence). */
export function compareLines(old: string, now: string): ComparedLine[] {
  const a = old.split('\n').slice(0, MAX_LINES);
  const b = now.split('\n').slice(0, MAX_LINES);
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = common[i];
      if (row === undefined) continue;
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ side: 'both', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ side: 'old', text: a[i] ?? '' });
      i += 1;
    } else {
      lines.push({ side: 'new', text: b[j] ?? '' });
      j += 1;
    }
  }
  return lines;
}

const NAMES = {
  command_template: 'Command template',
  schema: 'Schema',
  defaults: 'Defaults',
  image: 'Image',
  memory_mb: 'Memory',
  cpu_millicores: 'CPU',
  gpu: 'GPUs',
  ephemeral_storage_mb: 'Disk',
  adaptive_resource_allocation: 'Adaptive',
  env: 'Environment',
  avatar_uri: 'Avatar',
  description: 'Description',
} as const satisfies Partial<Record<keyof Schemas['Template'], string>>;

export interface ComparedField {
  name: string;
  lines: ComparedLine[];
}

/** The fields in which two versions differ, line by line. */
export function compareTemplates(
  old: Schemas['Template'],
  now: Schemas['Template'],
): ComparedField[] {
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).flatMap((field) => {
    const [before, after] = [textOf(old[field]), textOf(now[field])];
    if (before === after) return [];
    return [{ name: NAMES[field], lines: compareLines(before, after) }];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, sorted, 2);
}

/** The order of keys is no difference. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
