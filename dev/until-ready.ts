import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import type { Child } from './children.ts';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 25;

/**
 * Tries until a program that was just started serves.
 * @throws FlotillaError `unavailable` when it ends, or does not serve within 30 s
 */
export async function untilReady(
  name: string,
  child: Child,
  attempt: () => Promise<void>,
): Promise<void> {
  let ended = false;
  child.failed.catch(() => {
    ended = true;
  });
  const until = Date.now() + READY_WITHIN_MS;
  while (!ended) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > until) {
        throw new FlotillaError('unavailable', `${name} does not answer: ${messageOf(error)}`);
      }
      await sleep(POLL_MS);
    }
  }
  await child.failed;
}
