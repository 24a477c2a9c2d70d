import { CONFIG_KEYS } from './schema.ts';

/** The one name of a key that a file may nest, dot, dash or write in upper case. */
export function flatName(spelled: string): string {
  return spelled.toLowerCase().replaceAll(/[.-]/g, '_');
}

/** The key that was probably meant, or null when none is near. */
export function nearestKey(name: string): string | null {
  const [best] = CONFIG_KEYS.map((key) => ({ key, distance: distance(name, key) })).toSorted(
    (a, b) => a.distance - b.distance,
  );
  if (best === undefined) return null;
  return best.distance <= Math.max(2, Math.floor(name.length / 4)) ? best.key : null;
}

/** Edits (insert, delete, replace, swap neighbours) between two names. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + same,
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
