/** An argument or a variable may have 128 KiB (MAX_ARG_STRLEN of Linux), its end included. */
const CHUNK_BYTES = 96 * 1024;

/**
 * Puts together what was handed over in pieces and reads it as a script: bash takes no longer
 * argument, but a file of any length.
 */
const REASSEMBLE = `exec bash -l -ex <(printf %s "$@")`;

/**
 * How a command is run: by a login shell that shows each line and ends at the first that fails, as in
 * flotilla-os. Very long ones are handed over in pieces.
 */
export function shellCommand(command: string): string[] {
  if (Buffer.byteLength(command) <= CHUNK_BYTES) return ['bash', '-l', '-cex', command];
  return ['bash', '-c', REASSEMBLE, 'flotilla', ...chunks(command)];
}

/** Pieces of whole characters. */
function chunks(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > CHUNK_BYTES) {
      pieces.push(piece);
      [piece, bytes] = ['', 0];
    }
    piece += character;
    bytes += size;
  }
  return [...pieces, piece];
}
