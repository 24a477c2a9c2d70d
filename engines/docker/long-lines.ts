import type { Frame } from './log-frames.ts';

/** Bytes of a piece of a line that is longer; the last piece is shorter (moby, daemon/logger/copier.go). */
const PIECE = 16_384;
const END = 0x0a;

/**
 * Gives long lines the end that log driver `local` leaves out when it is read: the daemon knows that a piece
 * was a line's last, and does not say so. Pieces of a line have the same time, and lines without an end
 * are pieces too, so a log whose very last line is long and has no end gets one.
 */
export class LongLines {
  /** By output, the time of the line of which pieces have come. */
  readonly #begun = new Map<number, string>();

  /** A frame as the job wrote it; wants all frames of an answer, in order. */
  whole(frame: Frame): Frame {
    const { output, stamp, bytes } = frame;
    const hasEnd = bytes.at(-1) === END;
    if (bytes.length === PIECE && !hasEnd) {
      this.#begun.set(output, stamp);
      return frame;
    }
    const isLast = this.#begun.get(output) === stamp;
    this.#begun.delete(output);
    return isLast && !hasEnd ? { ...frame, bytes: Buffer.concat([bytes, Buffer.of(END)]) } : frame;
  }
}
