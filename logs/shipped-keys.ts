/** An object of an agent, by what S3's list says of it. */
export interface ShippedObject {
  key: string;
  modified: Date;
}

/** Parts of a name that say nothing of order: UUIDs and long hashes. */
const RANDOM = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?=\d*[a-f])[\da-f]{16,}/gi;
const NUMBERS = /\d+/g;

/** A pod of a Job is named for it: the run's id, perhaps the attempt, and five letters. */
function podOf(key: string, runId: string): string | null {
  const at = key.lastIndexOf(`${runId}-`);
  if (at < 0) return null;
  const match = /^(?:-\d{1,4})?-[a-z\d]{5}(?![a-z\d])/.exec(key.slice(at + runId.length));
  return match === null ? null : runId + match[0];
}

/**
 * The objects that a pod's log is in, each container's oldest first: by the times and indices that
 * keys have, else by when they were written. Without a pod, or where keys do not name pods, all
 * that name the run.
 */
export function inOrder<T extends ShippedObject>(
  objects: readonly T[],
  query: { runId: string; pod: string | null },
): T[] {
  const { runId, pod } = query;
  const ofRun = objects.filter(({ key }) => key.includes(runId));
  const namesPods = ofRun.some(({ key }) => podOf(key, runId) !== null);
  const chosen =
    pod !== null && namesPods ? ofRun.filter(({ key }) => key.includes(pod)) : [...ofRun];
  const groups = new Map<string, T[]>();
  for (const object of chosen) {
    const name = groupOf(object.key, runId);
    groups.set(name, [...(groups.get(name) ?? []), object]);
  }
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => byKey(a, b, runId)))
    .toSorted((a, b) => oldest(a) - oldest(b) || ((a[0]?.key ?? '') < (b[0]?.key ?? '') ? -1 : 1))
    .flat();
}

function oldest(group: readonly ShippedObject[]): number {
  return Math.min(...group.map(({ modified }) => modified.getTime()));
}

/** The key without what differs between the objects of one container. */
function groupOf(key: string, runId: string): string {
  const name = podOf(key, runId) ?? runId;
  const [before = '', ...after] = key.split(name);
  return [before, name, ...after.map(withoutNumbers)].join('\0');
}

function withoutNumbers(part: string): string {
  return part.replace(/\.gz$/, '').replaceAll(RANDOM, '#').replaceAll(NUMBERS, '#');
}

function byKey(a: ShippedObject, b: ShippedObject, runId: string): number {
  const [left, right] = [numbersOf(a.key, runId), numbersOf(b.key, runId)];
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? -1n;
    if (value !== other) return value < other ? -1 : 1;
  }
  const written = a.modified.getTime() - b.modified.getTime();
  return written === 0 ? (a.key < b.key ? -1 : 1) : written;
}

/** Times and indices, such as 2021/06/30/23 or 202106302359_12. */
function numbersOf(key: string, runId: string): bigint[] {
  const name = podOf(key, runId) ?? runId;
  const after = key.slice(key.indexOf(name) + name.length).replaceAll(RANDOM, '');
  return [...after.matchAll(NUMBERS)].map(([digits]) => BigInt(digits));
}
