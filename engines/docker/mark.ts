import { setTimeout as sleep } from 'node:timers/promises';
import type { Inspected } from './daemon.ts';
import { isStatus } from './errors.ts';
import { marked, parseName, plainName, type Mark } from './names.ts';
import { isRunning, isStarted } from './outcome.ts';
import type { Cluster } from './view.ts';

const TRIES = 20;
const AGAIN_MS = 100;

/**
 * Gives a container a name that says what has become of it, and by which nobody starts it who made it: in
 * place of the name that was seen, so that whoever looked earlier does not take back what another has said
 * of it since. Tries again while somebody else renames or removes it.
 * @returns the container as it is afterwards; null when it is gone
 * @throws DaemonError when it cannot be told
 */
export async function markAs(
  { daemon }: Cluster,
  container: Inspected,
  mark: Mark,
): Promise<Inspected | null> {
  let seen = container;
  for (let tries = 1; ; tries += 1) {
    let failure: unknown = null;
    try {
      await daemon.rename(plainName(seen.Name), marked(seen.Name, mark));
    } catch (error) {
      if (!isStatus(error, 400, 404, 409, 500)) throw error;
      failure = error;
    }
    const now = await daemon.inspect(container.Id);
    if (now === null || failure === null || isSettled(now, mark)) return now;
    if (tries === TRIES) throw failure;
    seen = now;
    await sleep(AGAIN_MS);
  }
}

/** It has the mark, or one that says more, or is over and needs none. */
function isSettled(now: Inspected, mark: Mark): boolean {
  const has = parseName(now.Name).mark;
  if (has === mark || has === 'released' || (has === 'ended' && mark === 'fenced')) return true;
  return mark !== 'released' && isStarted(now) && (mark === 'fenced' || !isRunning(now));
}
