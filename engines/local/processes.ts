import { readdirSync, readFileSync } from 'node:fs';
import { ATTEMPT_VARIABLE, RUN_ID_VARIABLE } from '../../domain/environment.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { isAlive, readStat, type ProcessIdentity } from '../../os/process.ts';
import { externalIdOf } from './paths.ts';

/** Live processes by the job whose name their environment carries. */
type Census = Map<string, ProcessIdentity[]>;

/**
 * Finds a job's processes by their environment, which children inherit even when they leave the
 * process group, and in its control group where it has one. Scans are shared: callers that ask
 * while one is under way get the next one.
 */
export class ProcessFinder {
  readonly #cgroupOf: (ref: JobRef) => string | null;
  #running: Promise<Census> | null = null;
  #next: Promise<Census> | null = null;

  /** @param cgroupOf path of an attempt's control group, where there are any */
  constructor(cgroupOf: (ref: JobRef) => string | null) {
    this.#cgroupOf = cgroupOf;
  }

  /** Live processes (zombies excepted) of the attempt, seen by a scan begun after this call. */
  async of(ref: JobRef): Promise<ProcessIdentity[]> {
    const found = await this.#fresh();
    const named = found.get(externalIdOf(ref)) ?? [];
    const cgroup = this.#cgroupOf(ref);
    const members = cgroup === null ? [] : membersOf(cgroup);
    return [...named, ...members.filter((one) => !named.some((other) => other.pid === one.pid))];
  }

  #fresh(): Promise<Census> {
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(() => this.#start());
    return this.#next;
  }

  #start(): Promise<Census> {
    this.#next = null;
    const scan = new Promise<Census>((resolve) => setImmediate(() => resolve(census())));
    const settled = scan.finally(() => {
      if (this.#running === settled) this.#running = null;
    });
    this.#running = settled;
    return settled;
  }
}

function census(): Census {
  const found: Census = new Map();
  if (process.platform !== 'linux') return found;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const key = jobOf(pid);
    const stat = key === null ? null : readStat(pid);
    if (key === null || stat === null || stat.state === 'Z') continue;
    found.set(key, [...(found.get(key) ?? []), { pid, ticks: stat.ticks }]);
  }
  return found;
}

/** Live processes of a control group; none when there is no such group. */
function membersOf(cgroup: string): ProcessIdentity[] {
  let pids: string;
  try {
    pids = readFileSync(`${cgroup}/cgroup.procs`, 'utf8');
  } catch {
    return [];
  }
  return pids
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const stat = readStat(Number(line));
      return stat === null || stat.state === 'Z' ? [] : [{ pid: Number(line), ticks: stat.ticks }];
    });
}

/** The job in a process's environment; null when it has none or we may not look. */
function jobOf(pid: number): string | null {
  let environment: Buffer;
  try {
    environment = readFileSync(`/proc/${pid}/environ`);
  } catch {
    return null;
  }
  const runId = variable(environment, RUN_ID_VARIABLE);
  const attempt = variable(environment, ATTEMPT_VARIABLE);
  return runId === null || attempt === null
    ? null
    : externalIdOf({ runId, attempt: Number(attempt) });
}

function variable(environment: Buffer, name: string): string | null {
  const key = `${name}=`;
  let at = environment.indexOf(key);
  while (at > 0 && environment[at - 1] !== 0) at = environment.indexOf(key, at + 1);
  if (at < 0) return null;
  const end = environment.indexOf(0, at);
  return environment.toString('utf8', at + key.length, end < 0 ? environment.length : end);
}

/** Sends a signal to each of these very processes; one that has gone is no error. */
export function signalAll(targets: readonly ProcessIdentity[], signal: NodeJS.Signals): void {
  for (const target of targets) {
    if (!isAlive(target)) continue;
    try {
      process.kill(target.pid, signal);
    } catch {
      // Gone between the look and the signal, or not ours: the next scan tells.
    }
  }
}
