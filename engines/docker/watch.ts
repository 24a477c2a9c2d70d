import { setTimeout as sleep } from 'node:timers/promises';
import { changesOf, type ChangeQueue } from '../change-queue.ts';
import type { Change } from '../engine.ts';
import { UsagePeaks } from '../usage-peaks.ts';
import { tellOutages } from './away.ts';
import { clean } from './clean.ts';
import type { DaemonEvent, Inspected } from './daemon.ts';
import { toFlotillaError } from './errors.ts';
import { parseName, refOfLabels } from './names.ts';
import { removed } from './outcome.ts';
import { containerUsage } from './usage.ts';
import { findAttempt, inspectAll, jobOfContainer, ours, viewOf, type Cluster } from './view.ts';

const AGAIN_MS = 1_000;
/** Connections that fail one after the other before the watch is given up. */
const TRIES = 4;
const CLEAN_EVERY_MS = 60_000;

/** What the daemon's events are to the people whose run it is; others are not told. */
const TOLD: Record<string, { type: string; reason: string; message: string }> = {
  create: { type: 'Normal', reason: 'Created', message: 'container made' },
  start: { type: 'Normal', reason: 'Started', message: 'container started' },
  oom: { type: 'Warning', reason: 'OOM', message: 'the kernel killed a process for memory' },
  pause: { type: 'Warning', reason: 'Paused', message: 'container paused' },
  unpause: { type: 'Normal', reason: 'Unpaused', message: 'container goes on' },
  die: { type: 'Normal', reason: 'Died', message: 'container ended' },
  destroy: { type: 'Normal', reason: 'Removed', message: 'container removed' },
};

/**
 * What happens to our containers, as it happens, from a fresh list on.
 * @throws FlotillaError `unavailable` when the daemon does not answer
 */
export async function* watchDaemon(cluster: Cluster, signal: AbortSignal): AsyncGenerator<Change> {
  const parts = [followContainers, followUsage, tellOutages, keepClean];
  try {
    yield* changesOf(cluster, parts, signal);
  } catch (error) {
    throw toFlotillaError(error, 'the watch broke off');
  }
}

async function followContainers(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      await followOnce(cluster, queue, signal, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures >= TRIES) throw error;
    }
    await sleep(AGAIN_MS * failures, undefined, { signal }).catch(() => undefined);
  }
}

/** The connection first, then the list: nothing falls between the two. */
async function followOnce(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
  isUp: () => void,
): Promise<void> {
  const { daemon, settings } = cluster;
  const events = daemon.events(settings.cluster, signal)[Symbol.asyncIterator]();
  const first = events.next();
  first.catch(() => undefined);
  for (const container of await inspectAll(cluster, await daemon.list(ours(cluster)))) {
    if (parseName(container.Name).mark === 'released') continue;
    const job = await jobOfContainer(cluster, container);
    if (job !== null) queue.put({ kind: 'job', job });
  }
  isUp();
  for (let next = await first; next.done !== true; next = await events.next()) {
    await takeEvent(cluster, queue, next.value);
  }
}

async function takeEvent(cluster: Cluster, queue: ChangeQueue, event: DaemonEvent): Promise<void> {
  const ref = refOfLabels(event.attributes);
  const name = event.attributes['name'] ?? '';
  const { mark } = parseName(name);
  if (ref === null || mark === 'released') return;
  const changes = /^(start|die|pause|unpause|destroy)$/.test(event.action);
  const container = changes ? await cluster.daemon.inspect(event.id) : null;
  const told = TOLD[event.action];
  if (told !== undefined) {
    const uid = `${event.id.slice(0, 12)}-${event.action}-${event.nanos}`;
    const source = `container ${name}`;
    const message = `${told.message}${detailOf(event, container)}`;
    queue.put({
      kind: 'event',
      event: { ref, uid, count: 1, at: event.at, source, ...told, message },
    });
  }
  if (!changes) return;
  if (container !== null) {
    const job = await jobOfContainer(cluster, container);
    if (job !== null) queue.put({ kind: 'job', job });
  } else if (event.action === 'destroy') {
    // A launch that gave way removes its own; then the attempt has another.
    const found = await findAttempt(cluster, ref);
    const job = found.kind === 'found' ? found.job : viewOf(ref, null, removed());
    queue.put({ kind: 'job', job });
  }
}

/** What else there is to say of an event: the exit code, or where the container's ports are. */
function detailOf({ action, attributes }: DaemonEvent, container: Inspected | null): string {
  const code = attributes['exitCode'];
  if (code !== undefined) return ` with ${code}`;
  if (action !== 'start') return '';
  const published = Object.entries(container?.NetworkSettings.Ports ?? {}).flatMap(([port, at]) => {
    const [place] = (at ?? []) as readonly { HostIp: string; HostPort: string }[];
    return place === undefined ? [] : [`${port} at ${place.HostIp}:${place.HostPort}`];
  });
  return published.length === 0 ? '' : `; ${published.join(', ')}`;
}

async function followUsage(
  cluster: Cluster,
  queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  const { usageSeconds } = cluster.settings;
  if (usageSeconds === 0) return;
  const peaks = new UsagePeaks();
  while (!signal.aborted) {
    for (const usage of await containerUsage(cluster).catch(() => [])) {
      const peak = peaks.raise(usage);
      if (peak !== null) queue.put({ kind: 'usage', usage: peak });
    }
    await sleep(usageSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** Beside the watch, since of a cluster there is one at a time. What fails is tried again. */
async function keepClean(
  cluster: Cluster,
  _queue: ChangeQueue,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clean(cluster).catch(() => undefined);
    await sleep(CLEAN_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
