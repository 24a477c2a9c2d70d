import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../domain/errors.ts';
import { identify, isAlive, type ProcessIdentity } from './process.ts';

const FILE = 'stack.json';

/** The stack that has a data directory, and where it answers. */
export interface Holder extends ProcessIdentity {
  url: string | null;
}

/** One stack a data directory; a lock whose process is gone does not count. */
export class StackLock {
  readonly #dir: string;
  readonly #file: string;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
    this.#file = join(dir, FILE);
  }

  /** Null when this process has the lock now, else who has it. */
  take(): Holder | null {
    for (;;) {
      try {
        writeFileSync(this.#file, this.#mine(null), { flag: 'wx' });
        return null;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      const holder = StackLock.holderOf(this.#dir);
      if (holder !== null) return holder;
      rmSync(this.#file, { force: true });
    }
  }

  /** The live stack of a directory, if any. */
  static holderOf(dir: string): Holder | null {
    try {
      const holder = JSON.parse(readFileSync(join(dir, FILE), 'utf8')) as Holder;
      return isAlive(holder) ? holder : null;
    } catch {
      return null;
    }
  }

  /** Tells others where this stack answers. */
  announce(url: string): void {
    writeFileSync(this.#file, this.#mine(url));
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  #mine(url: string | null): string {
    const identity = identify(process.pid) ?? { pid: process.pid, ticks: '' };
    return JSON.stringify({ ...identity, url });
  }
}
