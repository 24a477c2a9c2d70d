import { invalid } from './errors.ts';

/** Bytes of a text that is indexed: Postgres takes 2,704 for all that one entry of an index holds. */
export const MAX_INDEXED_BYTES = 2_000;
/** Ports or tags of a definition: each is a row, and one statement writes them all. */
export const MAX_LIST_ITEMS = 1_000;
/** Bytes of an exit reason, or of all run exceptions as JSON: Temporal takes 2 MB in one message. */
export const MAX_REPORT_BYTES = 262_144;

/**
 * Passes when each text can be stored; absent ones can.
 * @throws FlotillaError `invalid` naming the field
 */
export function refuseLongTexts(
  texts: Readonly<Record<string, string | null | undefined>>,
  max: number = MAX_INDEXED_BYTES,
): void {
  for (const [field, text] of Object.entries(texts)) {
    const bytes = new TextEncoder().encode(text ?? '').byteLength;
    if (bytes > max) throw invalid(field, `must not be longer than ${max} bytes`);
  }
}

/** @throws FlotillaError `invalid` naming the field */
export function refuseLongList(field: string, list: readonly unknown[] | undefined): void {
  if (list !== undefined && list.length > MAX_LIST_ITEMS) {
    throw invalid(field, `must not have more than ${MAX_LIST_ITEMS} items`);
  }
}
