import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Found } from '../engine.ts';
import { isRepeatable } from './launch.ts';
import { jobsOf, type Cluster } from './view.ts';

/** For how long a task may be unknown to one part of ECS and known to another. */
const DOUBT_MS = 60_000;
/** For how long the outcome of a task that ECS forgot is hoped for from the queue. */
const BACKLOG_MS = 600_000;

/**
 * Looks for the task of an attempt by its mark. That there is none is no proof, since ECS forgets a task an
 * hour after its end, and shows a new one late; as long as a repeated launch gets the same task it does
 * no harm to go by it. @throws errors of the SDK
 */
export async function find(cluster: Cluster, ref: JobRef, askedAt: Date | null): Promise<Found> {
  const task = await cluster.tasks.of(ref);
  const [job] = task === null ? [] : await jobsOf(cluster, [task]);
  if (job !== undefined) return { kind: 'found', job };
  if (askedAt !== null && isRepeatable(askedAt)) return { kind: 'absent' };
  const since = askedAt === null ? 'some time' : askedAt.toISOString();
  const reason = `it may have been started since ${since}, and ECS shows no task of it (any more)`;
  return { kind: 'unknown', reason };
}

/**
 * A task by its ARN, else what was last heard of it. One that ECS does not know is given up only when that
 * stays so, and the queue has nothing more to tell. @throws errors of the SDK
 */
export async function foundOf(cluster: Cluster, arn: string): Promise<Found> {
  const task = await cluster.tasks.get(arn);
  const heard = cluster.region.heard.get(arn);
  const known = task ?? (heard?.lastStatus === 'STOPPED' ? heard : null);
  const [job] = known === null ? [] : await jobsOf(cluster, [known]);
  if (job !== undefined) {
    cluster.missing.delete(arn);
    return { kind: 'found', job };
  }
  return missing(cluster, arn);
}

async function missing(cluster: Cluster, arn: string): Promise<Found> {
  const now = Date.now();
  const since = cluster.missing.get(arn) ?? now;
  cluster.missing.set(arn, since);
  const backlog = now - since > BACKLOG_MS ? 0 : ((await cluster.consumer?.backlog()) ?? 0);
  if (backlog > 0) {
    const reason = `ECS does not know its task, and ${backlog} messages of the queue are not taken yet`;
    return { kind: 'unknown', reason };
  }
  if (now - since < DOUBT_MS) {
    const at = new Date(since).toISOString();
    return { kind: 'unknown', reason: `ECS does not know its task since ${at}` };
  }
  cluster.missing.delete(arn);
  return { kind: 'absent' };
}
