import { setTimeout as sleep } from 'node:timers/promises';
import type { EndAnswer, EndRequest } from '../engine.ts';
import type { Inspected } from './daemon.ts';
import { isStatus } from './errors.ts';
import { markAs } from './mark.ts';
import { isMarkedEnded, parseName, plainName } from './names.ts';
import { isRunning, isStarted, removed } from './outcome.ts';
import { containersOf, jobOf, standsFor, viewOf, type Cluster } from './view.ts';

const LOOK_MS = 50;
const KILL_AGAIN_MS = 1_000;
/** How long a container may take to be gone after KILL, such as on a disk that does not answer. */
const PATIENCE_MS = 60_000;

/**
 * Ends an attempt: TERM to its first process, after the grace KILL to all. Each container gets a name by
 * which nobody can start it and that says that we ended it, before the first signal: a repeat must not
 * take our TERM for the job's own end. Where there is none, the attempt is barred on record.
 *
 * Launchers may come and go meanwhile: one that has made its container after a look of ours may start it if
 * it has seen the others before they were ended, and one that gives way takes its own away, which may be
 * all that we have ended. So it is over only when a look shows nothing but what bars the attempt.
 * @throws DaemonError
 */
export async function endAttempt(cluster: Cluster, request: EndRequest): Promise<EndAnswer> {
  const { ref, signal } = request;
  let own: boolean | null = null;
  // Ids of what needs nothing more once it is over.
  const over = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    let containers = await thereOf(cluster, request);
    if (containers.length === 0 && request.externalId === null) {
      await request.bar?.();
      // Whoever was registered before the bar has made its container before.
      containers = await thereOf(cluster, request);
    }
    if (containers.length === 0) {
      // What was on record was there.
      const job = request.externalId === null ? null : viewOf(ref, null, removed());
      return { kind: 'confirmed', own: job !== null, job };
    }
    const last = standsFor(containers);
    own ??= last !== null && isOver(last) && parseName(last.Name).mark !== 'ended';
    if (own && last !== null) over.add(last.Id);
    const pending = containers.filter(
      (one) => !isBarred(one) && !(over.has(one.Id) && isOver(one)),
    );
    if (pending.length === 0) {
      const job = last === null || !isStarted(last) ? null : await jobOf(cluster, ref, last);
      return { kind: 'confirmed', own, job };
    }
    for (const container of pending) {
      const reason = await endContainer(cluster, request, container);
      if (reason !== null) return { kind: 'ending', reason };
      over.add(container.Id);
    }
  }
}

/** Without those that somebody is taking away before they were ever started: these bar nothing. */
async function thereOf(cluster: Cluster, { ref }: EndRequest): Promise<Inspected[]> {
  const containers = await containersOf(cluster, ref);
  return containers.filter(
    (one) => isStarted(one) || (one.State.Status !== 'removing' && !one.State.Dead),
  );
}

function isOver(container: Inspected): boolean {
  return isStarted(container) && !isRunning(container);
}

/** It does not run, and nobody can start it. */
function isBarred(container: Inspected): boolean {
  return isMarkedEnded(container) && !isRunning(container);
}

/** Null when nothing of it runs any more, or ever will; else why that is not so yet. */
async function endContainer(
  cluster: Cluster,
  request: EndRequest,
  container: Inspected,
): Promise<string | null> {
  const { daemon } = cluster;
  let now = await (isMarkedEnded(container)
    ? daemon.inspect(container.Id)
    : markAs(cluster, container, 'ended'));
  if (now === null || !isRunning(now)) return null;
  if (now.State.Paused) await daemon.unpause(now.Id).catch(unlessOver);
  const forceAt = Date.now() + request.graceSeconds * 1000;
  const until = forceAt + PATIENCE_MS;
  if (request.graceSeconds > 0) await daemon.kill(now.Id, 'SIGTERM').catch(unlessOver);
  let killAt = forceAt;
  while (Date.now() < until) {
    request.signal.throwIfAborted();
    if (Date.now() >= killAt) {
      await daemon.kill(now.Id, 'SIGKILL').catch(unlessOver);
      killAt = Date.now() + KILL_AGAIN_MS;
    }
    await sleep(LOOK_MS, undefined, { signal: request.signal });
    now = await daemon.inspect(container.Id);
    if (now === null || !isRunning(now)) return null;
  }
  return `container ${plainName(container.Name)} is still there after KILL`;
}

/** Docker answers 409 for one that does not run; old ones 500. */
function unlessOver(error: unknown): void {
  if (!isStatus(error, 404, 409, 500)) throw error;
}
