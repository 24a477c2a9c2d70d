/** In order, at most so many in each. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let from = 0; from < items.length; from += size) {
    batches.push(items.slice(from, from + size));
  }
  return batches;
}
