const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;
const LONGEST_SEQUENCE = 4;

/**
 * The longest prefix of `bytes` that does not end inside a character; the whole for bytes that are
 * not UTF-8 anyway, so that a page never comes out empty.
 */
export function wholeCharacters(bytes: Uint8Array): number {
  const from = Math.max(bytes.length - LONGEST_SEQUENCE, 0);
  for (let at = bytes.length - 1; at >= from; at -= 1) {
    const byte = bytes[at] ?? 0;
    if ((byte & CONTINUATION_MASK) === CONTINUATION) continue;
    const length = sequenceLength(byte);
    const cut = at + length > bytes.length && at > 0;
    return cut ? at : bytes.length;
  }
  return bytes.length;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
