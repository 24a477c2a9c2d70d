import { proxyActivities } from '@temporalio/workflow';
import type { Verdict } from '../domain/lifecycle/ending.ts';
import { controlQueue, type JobHint } from '../domain/lifecycle/messages.ts';
import type { ControlActivities } from '../domain/lifecycle/record.ts';
import { endAttempt } from './end.ts';
import { interruptible } from './interruptible.ts';
import type { Life } from './life.ts';

/**
 * Follows a launched job to its end. Sleeps until somebody says that something happened, the
 * deadline, or an hour without news; what it hears it verifies with the engine.
 * @param renew called between two waits: the place to continue as new
 */
export async function follow(
  life: Life,
  taskQueue: string,
  renew: () => Promise<void>,
): Promise<Verdict> {
  const { inbox, state } = life;
  for (;;) {
    const news = await life.until(
      () => inbox.ending !== null || inbox.hasHints(state.attempt),
      waitMs(life),
    );
    if (state.deadlineAt !== null && Date.now() >= state.deadlineAt) {
      inbox.end({ kind: 'deadline', seconds: state.deadlineSeconds ?? 0 });
    }
    if (inbox.ending !== null) return endAttempt(life, taskQueue);
    const hints = inbox.takeHints(state.attempt);
    await heed(life, hints);
    if (!news || hints.some(({ phase }) => phase === 'STOPPED' || phase === 'MISSING')) {
      const verdict = await look(life, taskQueue);
      if (verdict !== null) return verdict;
    }
    if (inbox.ending === null) await renew();
  }
}

/** Milliseconds until the run looks for itself, or its deadline. */
function waitMs(life: Life): number {
  const unasked = life.state.timing.lookSeconds * 1000;
  const { deadlineAt } = life.state;
  return deadlineAt === null ? unasked : Math.min(unasked, Math.max(deadlineAt - Date.now(), 1));
}

/** That a job runs, or why it waits, is believed as it is told. */
async function heed(life: Life, hints: readonly JobHint[]): Promise<void> {
  const running = hints.find((hint) => hint.phase === 'RUNNING');
  if (running !== undefined && life.state.startedAt === null) {
    await life.recordRunning(running.startedAt ?? null);
  }
  const note = hints.findLast((hint) => hint.note != null)?.note;
  if (note != null) await life.recordReason(note);
}

/** Asks the engine. A verdict when the job is over, its outcome and log stored. */
async function look(life: Life, taskQueue: string): Promise<Verdict | null> {
  const { lookAtJob } = proxyActivities<ControlActivities>({
    taskQueue: controlQueue(taskQueue, life.cluster),
    startToCloseTimeout: '15m',
    heartbeatTimeout: '8s',
    retry: { initialInterval: '500ms', maximumInterval: '30s' },
    summary: `look at attempt ${life.state.attempt}`,
  });
  const { externalId } = life.state;
  const answer = await interruptible(life, () => lookAtJob({ ...life.ref, externalId }));
  if (!answer.ok) {
    // Interrupted, or refused for good: the ending, or the next look, settles it.
    if (life.inbox.ending === null) await life.recordReason('the engine cannot be asked');
    return null;
  }
  if (answer.value.ended) {
    await life.recordEnd(answer.value.verdict, answer.value.end);
    return answer.value.verdict;
  }
  if (answer.value.reason !== null) await life.recordReason(answer.value.reason);
  if (answer.value.phase === 'RUNNING' && life.state.startedAt === null) {
    await life.recordRunning(answer.value.startedAt);
  }
  return null;
}
