import { randomFillSync } from 'node:crypto';
import type { WasmImports, WasmMemory } from './web-assembly.ts';

/*
 * What a Go program compiled for WASI asks of its host, and no more than one that renders a template
 * needs: standard input, standard output, a clock and random bytes. There are no files, no
 * variables, no arguments and no sockets. Facts: WASI preview 1, wasi_snapshot_preview1.witx.
 */

const OK = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 58;
const STDIN = 0;
const STDERR = 2;
const CHARACTER_DEVICE = 2;
/** Go writes why it gives up; the beginning says it, and the rest are stacks. */
const STDERR_BYTES = 4_096;

/** Of one who exits; thrown through the frames of the module. */
export class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

export interface Host {
  imports: WasmImports;
  /** To be called with the instance's memory, before it starts. */
  attach(memory: WasmMemory): void;
  stdout(): string;
  /** The first 4 KiB. */
  stderr(): string;
}

/** A host whose standard input is `input`. Every call that it does not know is "not supported". */
export function createHost(input: string): Host {
  let memory: WasmMemory | undefined;
  const stdin = new TextEncoder().encode(input);
  let readTo = 0;
  const out: Uint8Array[] = [];
  let complaint = '';

  // Anew for each call: a memory that has grown has another buffer.
  const buffer = (): ArrayBuffer => memory?.buffer ?? new ArrayBuffer(0);
  const view = (): DataView => new DataView(buffer());
  const bytes = (): Uint8Array => new Uint8Array(buffer());

  function* vectors(at: number, count: number): Generator<[from: number, to: number]> {
    for (let index = 0; index < count; index += 1) {
      const from = view().getUint32(at + 8 * index, true);
      yield [from, from + view().getUint32(at + 8 * index + 4, true)];
    }
  }

  const nothing = (countAt: number, sizeAt: number): number => {
    view().setUint32(countAt, 0, true);
    view().setUint32(sizeAt, 0, true);
    return OK;
  };

  const calls: Record<string, (...args: never[]) => number> = {
    sched_yield: () => OK,
    proc_exit: (code: number) => {
      throw new Exit(code);
    },
    args_sizes_get: nothing,
    args_get: () => OK,
    environ_sizes_get: nothing,
    environ_get: () => OK,
    clock_time_get: (clock: number, _precision: bigint, at: number) => {
      const ms = clock === 0 ? Date.now() : performance.now();
      view().setBigUint64(at, BigInt(Math.round(ms * 1e6)), true);
      return OK;
    },
    random_get: (at: number, length: number) => {
      randomFillSync(bytes().subarray(at, at + length));
      return OK;
    },
    fd_fdstat_get: (fd: number, at: number) => {
      if (fd > STDERR) return BAD_DESCRIPTOR;
      bytes().fill(0, at, at + 24);
      bytes()[at] = CHARACTER_DEVICE;
      return OK;
    },
    fd_fdstat_set_flags: () => OK,
    fd_prestat_get: () => BAD_DESCRIPTOR,
    fd_read: (fd: number, at: number, count: number, readAt: number) => {
      if (fd !== STDIN) return BAD_DESCRIPTOR;
      const began = readTo;
      for (const [from, to] of vectors(at, count)) {
        const part = stdin.subarray(readTo, readTo + to - from);
        bytes().set(part, from);
        readTo += part.length;
      }
      view().setUint32(readAt, readTo - began, true);
      return OK;
    },
    fd_write: (fd: number, at: number, count: number, writtenAt: number) => {
      let written = 0;
      for (const [from, to] of vectors(at, count)) {
        const part = bytes().slice(from, to);
        written += part.length;
        if (fd !== STDERR) out.push(part);
        else if (complaint.length < STDERR_BYTES) complaint += Buffer.from(part).toString();
      }
      view().setUint32(writtenAt, written, true);
      return OK;
    },
    // Nobody else runs here: a sleep is over at once, and the clock says whether it was long enough.
    poll_oneoff: (subscriptions: number, events: number, count: number, countAt: number) => {
      bytes().fill(0, events, events + 32 * count);
      for (let index = 0; index < count; index += 1) {
        const userdata = view().getBigUint64(subscriptions + 48 * index, true);
        view().setBigUint64(events + 32 * index, userdata, true);
      }
      view().setUint32(countAt, count, true);
      return OK;
    },
  };
  const known = new Map(Object.entries(calls));
  const all: WasmImports[string] = {};
  const imports = new Proxy(all, {
    get: (_, name) => known.get(String(name)) ?? (() => NOT_SUPPORTED),
  });

  return {
    imports: { wasi_snapshot_preview1: imports },
    attach: (given) => {
      memory = given;
    },
    stdout: () => Buffer.concat(out).toString(),
    stderr: () => complaint.slice(0, STDERR_BYTES),
  };
}
