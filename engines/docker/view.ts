import { mapLimited } from '../../domain/limited.ts';
import { statSync, readFileSync } from 'node:fs';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Found, Job } from '../engine.ts';
import type { Judgement } from '../judgement.ts';
import type { Daemon, Inspected, Listed } from './daemon.ts';
import { externalIdOf, LABELS, plainName, parseName, refOfLabels } from './names.ts';
import { initError } from './init-error.ts';
import { isRunning, isStarted, judge, mayBeDaemons } from './outcome.ts';
import type { Outages } from './outages.ts';
import type { Pulls } from './pull.ts';
import type { DockerSettings } from './settings.ts';

/** Looks at containers at once. */
const AT_ONCE = 8;

/** A daemon, and what this process knows of it. */
export interface Cluster {
  daemon: Daemon;
  settings: DockerSettings;
  pulls: Pulls;
  outages: Outages;
  /** When the kernel started, where the daemon's is ours. */
  bootedAt: Date | null;
}

/** All containers of an attempt, also those that were never started. @throws DaemonError */
export async function containersOf(cluster: Cluster, ref: JobRef): Promise<Inspected[]> {
  const listed = await cluster.daemon.list({
    ...ours(cluster),
    [LABELS.runId]: ref.runId,
    [LABELS.attempt]: String(ref.attempt),
  });
  return inspectAll(cluster, listed);
}

/** Labels of all that is ours on this daemon. */
export function ours({ settings }: Cluster): Record<string, string> {
  return { [LABELS.cluster]: settings.cluster, [LABELS.mode]: settings.mode };
}

/** Those that went away meanwhile are left out. */
export async function inspectAll(
  { daemon }: Cluster,
  listed: readonly Pick<Listed, 'id'>[],
): Promise<Inspected[]> {
  const looked = await mapLimited(listed, AT_ONCE, ({ id }) => daemon.inspect(id));
  return looked.filter((one) => one !== null);
}

/** The one that stands for its attempt: that was started, else that was barred, else any. */
export function standsFor(containers: readonly Inspected[]): Inspected | null {
  const rank = (one: Inspected): number => {
    if (isStarted(one)) return 0;
    const { mark } = parseName(one.Name);
    return mark === 'ended' ? 1 : mark === null ? 2 : 3;
  };
  return containers.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** @throws DaemonError */
export async function findAttempt(cluster: Cluster, ref: JobRef): Promise<Found> {
  const container = standsFor(await containersOf(cluster, ref));
  if (container === null) return { kind: 'absent' };
  return { kind: 'found', job: await jobOf(cluster, ref, container) };
}

/** A container as a job, with a look at its log where an init may have failed. @throws DaemonError */
export async function jobOf(cluster: Cluster, ref: JobRef, container: Inspected): Promise<Job> {
  const { mark } = parseName(container.Name);
  const isOver = isStarted(container) && !isRunning(container);
  // Before its code is believed: a daemon that is about to leave has ended it, where this fails.
  if (isOver && mark === null && mayBeDaemons(container)) await cluster.daemon.greet();
  const judged = judge(container, {
    mark,
    outages: cluster.outages.all(),
    bootedAt: cluster.bootedAt,
    initError: isRunning(container) ? null : await initError(cluster, container),
  });
  return viewOf(ref, container, judged);
}

/** The job of a container that is ours; null for another's. @throws DaemonError */
export async function jobOfContainer(cluster: Cluster, container: Inspected): Promise<Job | null> {
  const ref = refOfLabels(container.Config.Labels);
  return ref === null ? null : jobOf(cluster, ref, container);
}

/** @param container null when the daemon no longer has it */
export function viewOf(ref: JobRef, container: Inspected | null, judged: Judgement): Job {
  return {
    runId: ref.runId,
    attempt: ref.attempt,
    externalId: externalIdOf(ref),
    ...judged,
    place:
      container === null
        ? null
        : {
            host: null,
            pod: null,
            namespace: null,
            container: plainName(container.Name),
          },
  };
}

/** When this host's kernel started (proc(5), btime); null where the daemon may be on another. */
export function bootTime(dockerHost: string): Date | null {
  if (!dockerHost.startsWith('unix://') || process.platform !== 'linux') return null;
  try {
    statSync(dockerHost.slice('unix://'.length));
    const seconds = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return seconds === undefined ? null : new Date(Number(seconds) * 1000);
  } catch {
    return null;
  }
}
