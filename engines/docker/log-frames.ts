import type { Readable } from 'node:stream';
import { toDaemonError } from './errors.ts';

const HEADER = 8;

/** What a job wrote at a time: a line with its end, or a piece of a long one. */
export interface Frame {
  /** 1 for standard output, 2 for standard error. */
  output: number;
  /** As the daemon has it, in nanoseconds: `2026-01-02T03:04:05.123456789Z`. */
  stamp: string;
  bytes: Buffer;
}

/**
 * The frames of a log (pure but for the stream): a header of 8 bytes, of which the last four are the
 * length, then the time, a space, and what was written (Engine API, ContainerAttach, "Stream format").
 * @throws DaemonError
 */
export async function* framesOf(stream: Readable): AsyncGenerator<Frame> {
  for await (const frames of frameBatches(stream)) yield* frames;
}

/** The same, as many at a time as came in one piece. */
export async function* frameBatches(stream: Readable): AsyncGenerator<Frame[]> {
  let held: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer]);
      const frames: Frame[] = [];
      let at = 0;
      while (held.length - at >= HEADER) {
        const end = at + HEADER + held.readUInt32BE(at + 4);
        if (held.length < end) break;
        frames.push(frameOf(held[at] ?? 0, held.subarray(at + HEADER, end)));
        at = end;
      }
      held = held.subarray(at);
      if (frames.length > 0) yield frames;
    }
  } catch (error) {
    throw toDaemonError(error);
  }
}

function frameOf(output: number, payload: Buffer): Frame {
  const space = payload.indexOf(0x20);
  return {
    output,
    stamp: payload.subarray(0, space).toString('latin1'),
    bytes: payload.subarray(space + 1),
  };
}
