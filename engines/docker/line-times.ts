import type { TimeMark } from '../../domain/log-times.ts';
import type { Frame } from './log-frames.ts';

const NEWLINE = 0x0a;

/** When lines were written, by the times of the frames that begin them; long lines have several. */
export class LineTimes {
  #atStart: boolean;

  /** @param atStart whether the first frame begins a line */
  constructor(atStart: boolean) {
    this.#atStart = atStart;
  }

  /** A frame that is left out. */
  pass({ bytes }: Frame): void {
    this.#atStart = bytes.at(-1) === NEWLINE;
  }

  /** Offsets are into the bytes of these frames. */
  marksOf(frames: readonly Frame[]): TimeMark[] {
    const marks: TimeMark[] = [];
    let offset = 0;
    for (const frame of frames) {
      const at = Date.parse(frame.stamp);
      if (this.#atStart && !Number.isNaN(at)) marks.push({ offset, at });
      offset += frame.bytes.length;
      this.pass(frame);
    }
    return marks;
  }
}
