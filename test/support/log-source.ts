import { EventEmitter, once } from 'node:events';
import { notFound } from '../../domain/errors.ts';
import type { LogTail, TailPiece } from '../../logs/collect.ts';

const CHUNK_BYTES = 64 * 1024;

/** A job's log as a cluster serves it: grows, ends, is cut off, is gone. The cursor is the offset. */
export class LogSource {
  #bytes = Buffer.alloc(0);
  #over = false;
  #gone = false;
  #fault: Error | null = null;
  readonly #changed = new EventEmitter().setMaxListeners(0);
  /** Offsets at which somebody began to read. */
  readonly begun: number[] = [];

  write(text: string): this {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(text)]);
    return this.#tell();
  }

  end(): this {
    this.#over = true;
    return this.#tell();
  }

  /** The pod is deleted, its log with it. */
  vanish(): this {
    this.#gone = true;
    return this.#tell();
  }

  /** The next reading breaks off. */
  failOnce(error: Error): this {
    this.#fault = error;
    return this.#tell();
  }

  readonly tail: LogTail = (cursor, options) => this.#read(Number(cursor ?? 0), options);

  #tell(): this {
    this.#changed.emit('changed');
    return this;
  }

  async *#read(
    offset: number,
    { follow, signal }: { follow: boolean; signal: AbortSignal },
  ): AsyncGenerator<TailPiece> {
    this.begun.push(offset);
    let at = offset;
    for (;;) {
      signal.throwIfAborted();
      if (this.#gone) throw notFound('the pod is gone');
      if (this.#fault !== null) {
        const fault = this.#fault;
        this.#fault = null;
        throw fault;
      }
      if (at < this.#bytes.length) {
        const bytes = this.#bytes.subarray(at, at + CHUNK_BYTES);
        at += bytes.length;
        yield { bytes, cursor: String(at) };
      } else if (this.#over || !follow) {
        return;
      } else {
        await once(this.#changed, 'changed', { signal });
      }
    }
  }
}
