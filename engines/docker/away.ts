import { setTimeout as sleep } from 'node:timers/promises';
import type { JobEvent } from '../../domain/job-event.ts';
import type { ChangeQueue } from '../change-queue.ts';
import type { Inspected } from './daemon.ts';
import { plainName, refOfLabels } from './names.ts';
import type { Outage } from './outcome.ts';
import { inspectAll, ours, type Cluster } from './view.ts';

const LOOK_MS = 1_000;

/**
 * Tells the runs that ran on without their daemon: what it had taken from their outputs and not yet written
 * down when it went is lost, and no log shows the place.
 */
export async function tellOutages(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<number>();
  while (!signal.aborted) {
    const news = cluster.outages
      .all()
      .filter(({ from, until }) => until !== null && !told.has(from.getTime()));
    if (news.length > 0 && (await tellOf(cluster, queue, news).catch(() => false))) {
      for (const { from } of news) told.add(from.getTime());
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The event of a container and an outage is the same one however often it is told. */
async function tellOf(
  cluster: Cluster,
  queue: ChangeQueue,
  outages: readonly Outage[],
): Promise<boolean> {
  for (const container of await inspectAll(cluster, await cluster.daemon.list(ours(cluster)))) {
    const ref = refOfLabels(container.Config.Labels);
    if (ref === null) continue;
    for (const outage of outages) {
      if (!ranAt(container, outage.from)) continue;
      queue.put({ kind: 'event', event: { ref, ...eventOf(container, outage) } });
    }
  }
  return true;
}

function eventOf(
  { Id: id, Name: name }: Inspected,
  { from, until }: Outage,
): Omit<JobEvent, 'ref'> {
  return {
    uid: `${id.slice(0, 12)}-away-${from.getTime()}`,
    count: 1,
    at: from,
    type: 'Warning',
    reason: 'DaemonAway',
    source: `container ${plainName(name)}`,
    message:
      `the Docker daemon did not answer until ${until?.toISOString()}; if it was killed, ` +
      'lines that it had not written down yet are missing from the log',
  };
}

function ranAt({ State: state }: Inspected, at: Date): boolean {
  const started = new Date(state.StartedAt);
  const finished = state.Running ? null : new Date(state.FinishedAt);
  return started < at && (finished === null || finished > at) && started.getUTCFullYear() >= 1970;
}
