import { proxyActivities } from '@temporalio/workflow';
import { turnQueue } from '../domain/lifecycle/messages.ts';
import type { TurnActivities } from '../domain/lifecycle/record.ts';
import { interruptible } from './interruptible.ts';
import type { Life } from './life.ts';

/**
 * Waits for a turn among all launches that share a limit; the Task Queue's rate is the limit. False when the run
 * is to end instead, or when there was none for a minute, which is on record then.
 */
export async function waitForTurn(life: Life, taskQueue: string, turns: string): Promise<boolean> {
  const { takeTurn } = proxyActivities<TurnActivities>({
    taskQueue: turnQueue(taskQueue, turns),
    startToCloseTimeout: '10s',
    scheduleToStartTimeout: '1m',
    summary: `take a turn of ${turns}`,
  });
  const flight = await interruptible(life, () => takeTurn());
  if (life.inbox.ending !== null) return false;
  if (!flight.ok) await life.recordReason(`waits for its turn: launches of ${turns} are limited`);
  return flight.ok;
}
