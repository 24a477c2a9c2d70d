/** How many bytes of each file, by its key, are told. */
export type Position = ReadonlyMap<string, number>;

export function formatPosition(position: Position): string {
  return JSON.stringify([...position]);
}

/** Reads a cursor (pure); what is none begins at the start. */
export function parsePosition(cursor: string | null): Map<string, number> {
  try {
    const given: unknown = JSON.parse(cursor ?? '[]');
    if (!Array.isArray(given)) return new Map();
    return new Map(
      given.flatMap((entry: unknown): [string, number][] => {
        if (!Array.isArray(entry)) return [];
        const [key, bytes] = entry as unknown[];
        return typeof key === 'string' && typeof bytes === 'number' ? [[key, bytes]] : [];
      }),
    );
  } catch {
    return new Map();
  }
}

const NEWLINE = 0x0a;

/**
 * What there is to tell of a file (pure): whole lines, so that those of two files do not mix; all of it
 * once it is whole.
 * @param told bytes of it that were told before
 */
export function freshBytes(content: Buffer, told: number, whole: boolean): Buffer {
  const fresh = content.subarray(told);
  return whole ? fresh : fresh.subarray(0, fresh.lastIndexOf(NEWLINE) + 1);
}
