import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../domain/errors.ts';
import { identify, isAlive, type ProcessIdentity } from '../os/process.ts';

const POLL_MS = 25;
const TAIL_CHARACTERS = 2_000;

export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  /** Where its output goes. */
  logFile: string;
  /** Asks it to end in good order. */
  stopSignal: NodeJS.Signals;
  uid?: number;
  gid?: number;
  env?: NodeJS.ProcessEnv;
}

interface Recorded extends ProcessIdentity {
  name: string;
  stopSignal: NodeJS.Signals;
}

/**
 * The programs that the embedded stack runs beside this process. Each is in a process group of its
 * own, so that Ctrl-C reaches them through us, in order; and on record, so that the next start ends
 * those that outlived a kill -9 of this process.
 */
export class Children {
  readonly #file: string;
  readonly #running: { spec: ChildSpec; child: ChildProcess; identity: ProcessIdentity }[] = [];
  #stopping = false;

  /** @param dir the stack's data directory */
  constructor(dir: string) {
    this.#file = join(dir, 'children.json');
  }

  /** Ends what an earlier stack in this directory left running. */
  async endLeftovers(): Promise<string[]> {
    const left = readRecorded(this.#file).filter(isAlive);
    for (const child of left) {
      process.kill(child.pid, child.stopSignal);
      await gone(child, 10_000);
    }
    rmSync(this.#file, { force: true });
    return left.map((child) => child.name);
  }

  /** @throws FlotillaError `unavailable` once `stop` was called: nobody would end what starts later */
  start(spec: ChildSpec): Child {
    if (this.#stopping) {
      const text = `${spec.name} is not started: what it belongs to is ending`;
      throw new FlotillaError('unavailable', text);
    }
    mkdirSync(dirname(spec.logFile), { recursive: true });
    const output = openSync(spec.logFile, 'a');
    const child = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', output, output],
      ...(spec.env === undefined ? {} : { env: spec.env }),
      ...(spec.uid === undefined ? {} : { uid: spec.uid }),
      ...(spec.gid === undefined ? {} : { gid: spec.gid }),
    });
    closeSync(output);
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) =>
        reject(new FlotillaError('unavailable', `${spec.name}: ${error.message}`)),
      );
      child.once('exit', (code, signal) =>
        reject(new FlotillaError('unavailable', exitText(spec, code, signal))),
      );
    });
    failed.catch(() => undefined);
    const identity = (child.pid === undefined ? null : identify(child.pid)) ?? {
      pid: -1,
      ticks: '',
    };
    this.#running.push({ spec, child, identity });
    this.#record();
    return { failed, identity };
  }

  /** Ends all, the last started first, and waits for each; none can be started any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { spec, identity } of this.#running.toReversed()) {
      if (isAlive(identity)) process.kill(identity.pid, spec.stopSignal);
      await gone(identity, 15_000);
    }
    this.#running.length = 0;
    rmSync(this.#file, { force: true });
  }

  /** Ends all at once, without their consent. */
  kill(): void {
    for (const { identity } of this.#running) {
      if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL');
    }
  }

  #record(): void {
    const recorded: Recorded[] = this.#running.map(({ spec, identity }) => ({
      ...identity,
      name: spec.name,
      stopSignal: spec.stopSignal,
    }));
    writeFileSync(`${this.#file}.tmp`, JSON.stringify(recorded));
    renameSync(`${this.#file}.tmp`, this.#file);
  }
}

export interface Child {
  identity: ProcessIdentity;
  /** Rejects, with the end of its output, when the program ends. */
  failed: Promise<never>;
}

function readRecorded(file: string): Recorded[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
  } catch {
    return [];
  }
}

async function gone(identity: ProcessIdentity, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  while (isAlive(identity)) {
    if (Date.now() > until) process.kill(identity.pid, 'SIGKILL');
    await sleep(POLL_MS);
  }
}

function exitText(spec: ChildSpec, code: number | null, signal: NodeJS.Signals | null): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  let tail = '';
  try {
    const log = readFileSync(spec.logFile, 'utf8').trim();
    tail = log.slice(-TAIL_CHARACTERS);
    // What a program of Go says of its end stands above a long trace.
    const why = [...log.matchAll(/^(?:panic|fatal error): .*$/gm)].at(-1)?.[0];
    if (why !== undefined && !tail.includes(why)) tail = `${why}\n…${tail}`;
  } catch {
    // It never wrote anything.
  }
  return `${spec.name} ended with ${how}; ${spec.logFile} ends with:\n${tail}`;
}
