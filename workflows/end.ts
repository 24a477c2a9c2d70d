import { proxyActivities, sleep } from '@temporalio/workflow';
import { verdictOfEnding, type Verdict } from '../domain/lifecycle/ending.ts';
import { controlQueue } from '../domain/lifecycle/messages.ts';
import type { ControlActivities } from '../domain/lifecycle/record.ts';
import type { Life } from './life.ts';
import { records } from './record.ts';

const ASK_AGAIN = '10s';

/**
 * Ends the current attempt and records it. Comes back only when the engine has confirmed that
 * nothing of the attempt runs, however long that takes.
 */
export async function endAttempt(life: Life, taskQueue: string): Promise<Verdict> {
  const { inbox, state } = life;
  const ending = inbox.ending ?? { kind: 'stop', by: null };
  // Where no worker serves the cluster, nobody could confirm an end; but nobody has started it either.
  if (state.asked && state.externalId === null) {
    state.asked = (await records.barLaunch(life.ref)).asked;
  }
  if (!state.asked) {
    const verdict = verdictOfEnding(ending);
    await life.recordEnd(verdict, null);
    return verdict;
  }
  const { endJob } = proxyActivities<ControlActivities>({
    taskQueue: controlQueue(taskQueue, life.cluster),
    startToCloseTimeout: '15m',
    heartbeatTimeout: '8s',
    retry: { initialInterval: '500ms', maximumInterval: '30s' },
    summary: `end attempt ${state.attempt}: ${ending.kind}`,
  });
  const { stopGraceSeconds: graceSeconds } = state.timing;
  const { externalId } = state;
  for (;;) {
    const answer = await endJob({ ...life.ref, externalId, ending, graceSeconds });
    if (answer.ended) {
      await life.recordEnd(answer.verdict, answer.end);
      return answer.verdict;
    }
    await life.recordReason(`still ending: ${answer.reason ?? answer.phase}`);
    await sleep(ASK_AGAIN);
  }
}
