import type { EnvVar } from './environment.ts';

/** Which runs are wanted; null does not narrow them. Texts are compared as a whole, with case. */
export interface RunMatch {
  statuses: readonly string[] | null;
  /** Of runs that are over: exit code 0, or any other or none. */
  exit: 'succeeded' | 'failed' | null;
  cluster: string | null;
  alias: string | null;
  /** A text that the alias has in it. */
  aliasContains: string | null;
  owner: string | null;
  definitionId: string | null;
  group: string | null;
  engine: string | null;
  /** Queued later than this. */
  queuedSince: Date | null;
  /** Queued earlier than this. */
  queuedUntil: Date | null;
  /** Ended later than this. */
  finishedSince: Date | null;
  /** Ended earlier than this. */
  finishedUntil: Date | null;
  /** Variables that a run has, all of them; null for any value. */
  env: readonly (readonly [name: string, value: string | null])[];
}

/** What of a run is looked at. */
export interface MatchedRun {
  status: string | null;
  exitCode: number | null;
  clusterName: string | null;
  alias: string | null;
  user: string | null;
  definitionId: string | null;
  groupName: string | null;
  engine: string;
  queuedAt: Date | null;
  finishedAt: Date | null;
  env: readonly EnvVar[] | null;
}

/** True when all that never changes of a run is as wanted, so that it may match or have matched. */
export function mayMatch(match: RunMatch, run: MatchedRun): boolean {
  return (
    isWanted(match.cluster, run.clusterName) &&
    isWanted(match.alias, run.alias) &&
    (match.aliasContains === null || run.alias?.includes(match.aliasContains) === true) &&
    isWanted(match.owner, run.user) &&
    isWanted(match.definitionId, run.definitionId) &&
    isWanted(match.group, run.groupName) &&
    isWanted(match.engine, run.engine) &&
    isBetween(run.queuedAt, match.queuedSince, match.queuedUntil) &&
    hasVariables(match.env, run.env)
  );
}

/** True when a run for which `mayMatch` is true matches now. */
export function matchesNow(match: RunMatch, run: MatchedRun): boolean {
  if (match.statuses !== null && !match.statuses.includes(run.status ?? '')) return false;
  if (!isBetween(run.finishedAt, match.finishedSince, match.finishedUntil)) return false;
  if (match.exit === null) return true;
  return run.status === 'STOPPED' && (match.exit === 'succeeded') === (run.exitCode === 0);
}

function isBetween(at: Date | null, since: Date | null, until: Date | null): boolean {
  if (since === null && until === null) return true;
  return at !== null && (since === null || at > since) && (until === null || at < until);
}

function isWanted(wanted: string | null, value: string | null): boolean {
  return wanted === null || wanted === value;
}

function hasVariables(wanted: RunMatch['env'], env: readonly EnvVar[] | null): boolean {
  if (wanted.length === 0) return true;
  // Old rows may hold anything.
  const variables = Array.isArray(env) ? (env as readonly EnvVar[]) : [];
  return wanted.every(([name, value]) =>
    variables.some((one) => one.name === name && (value === null || one.value === value)),
  );
}
