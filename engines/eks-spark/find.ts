import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Found } from '../engine.ts';
import { parseExternalId } from './names.ts';
import { jobOf, jobOfRun, type Cluster } from './view.ts';

/**
 * For how long after a launch EMR still lists its job run, over or not. AWS names no such time; seen are
 * months.
 */
const LISTED_MS = 7 * 86_400_000;
/** For how long a job run may be unknown to one part of EMR and known to another. */
const DOUBT_MS = 60_000;

/**
 * Looks for the job run of an attempt by its name. An older one is listed, and a repeated launch gets a younger
 * one by its client token, so that none listed means that there is none, or only the same one that another
 * launch would get (ADR 0022). @throws errors of the SDK
 */
export async function find(cluster: Cluster, ref: JobRef, askedAt: Date | null): Promise<Found> {
  const jobRun = await cluster.jobRuns.of(ref);
  if (jobRun !== null) return { kind: 'found', job: jobOf(cluster, ref, jobRun) };
  if (askedAt !== null && isListed(askedAt)) return { kind: 'absent' };
  const since = askedAt === null ? 'some time' : askedAt.toISOString();
  const reason = `it may have been started since ${since}, and EMR lists no job run of it (any more)`;
  return { kind: 'unknown', reason };
}

export function isListed(askedAt: Date, now = new Date()): boolean {
  return now.getTime() - askedAt.getTime() < LISTED_MS;
}

/** A job run by its id. One that EMR does not know is given up only when that stays so. */
export async function foundOf(cluster: Cluster, externalId: string): Promise<Found> {
  const { virtualCluster, id } = parseExternalId(externalId, cluster.settings.virtualCluster);
  const jobRun = await cluster.jobRuns.get(id, virtualCluster);
  const job = jobRun === null ? null : jobOfRun(cluster, jobRun);
  if (job !== null) {
    cluster.missing.delete(id);
    return { kind: 'found', job };
  }
  const now = Date.now();
  const since = cluster.missing.get(id) ?? now;
  cluster.missing.set(id, since);
  if (now - since >= DOUBT_MS) {
    cluster.missing.delete(id);
    return { kind: 'absent' };
  }
  const at = new Date(since).toISOString();
  return { kind: 'unknown', reason: `EMR does not know its job run since ${at}` };
}
