import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same pid on the same boot. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since boot at its start; empty where there is no /proc. */
  ticks: string;
}

/** True while this very process exists and is not a zombie. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (!Number.isInteger(identity.pid) || identity.pid <= 1) return false;
  if (process.platform !== 'linux') return canSignal(identity.pid);
  const stat = readStat(identity.pid);
  return stat !== null && stat.ticks === identity.ticks && stat.state !== 'Z';
}

/** Whether a signal could be sent; EPERM means that the process exists but is another user's. */
export function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export interface Stat {
  state: string;
  session: number;
  ticks: string;
}

/** Fields of /proc/<pid>/stat (proc(5)); null when there is no such process. */
export function readStat(pid: number): Stat | null {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'utf8').trim();
  } catch {
    return null;
  }
  // The command's name may hold spaces and parentheses, so fields count from the last one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', session: Number(fields[3]), ticks: fields[19] ?? '' };
}

/** The identity of a process of this host, or null when there is none. */
export function identify(pid: number): ProcessIdentity | null {
  if (process.platform !== 'linux') return canSignal(pid) ? { pid, ticks: '' } : null;
  const stat = readStat(pid);
  return stat === null || stat.state === 'Z' ? null : { pid, ticks: stat.ticks };
}
