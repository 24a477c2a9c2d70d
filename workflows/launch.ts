import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import { TimeoutType } from '@temporalio/common';
import type { Verdict } from '../domain/lifecycle/ending.ts';
import { launchQueue } from '../domain/lifecycle/messages.ts';
import type { LaunchActivities, LaunchAnswer } from '../domain/lifecycle/record.ts';
import { endAttempt } from './end.ts';
import { interruptible, type Settled } from './interruptible.ts';
import type { Life } from './life.ts';
import { waitForTurn } from './turn.ts';

/** What the engine said, once it was asked. */
type Landed = Exclude<LaunchAnswer, { kind: 'turn' }>;

const MAX_WAIT_SECONDS = 60;

/**
 * Launches the current attempt: until the engine has it, or refuses it for good, or the run is to
 * end. Everything else (no room, no answer, no worker) waits in QUEUED and says why.
 * @returns a verdict when the attempt is over already
 */
export async function launch(life: Life, taskQueue: string): Promise<Verdict | null> {
  const { launchJob } = proxyActivities<LaunchActivities>({
    taskQueue: launchQueue(taskQueue, life.cluster),
    startToCloseTimeout: '10m',
    scheduleToStartTimeout: '1m',
    heartbeatTimeout: '8s',
    // With TRY_CANCEL the workflow would believe in an end while the call still flies.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '500ms', maximumAttempts: 3 },
    summary: `launch attempt ${life.state.attempt}`,
  });
  let turns: string | null = null;
  for (let failures = 0; ;) {
    if (life.inbox.ending !== null) return endAttempt(life, taskQueue);
    if (turns !== null && !(await waitForTurn(life, taskQueue, turns))) continue;
    const look = life.state.asked;
    const hasTurn: boolean = turns !== null;
    life.state.asked = true;
    const flight: Settled<LaunchAnswer> = await interruptible(life, () =>
      launchJob({ ...life.ref, look, hasTurn }),
    );
    if (flight.ok) {
      if (flight.value.kind === 'turn') {
        // The engine was not asked yet.
        [turns, life.state.asked] = [flight.value.of, look];
        continue;
      }
      const verdict = await landed(life, flight.value);
      if (verdict !== null) return verdict;
    }
    if (life.inbox.ending !== null) return endAttempt(life, taskQueue);
    if (flight.ok) return null;
    const refusal = refusalOf(flight.error);
    if (refusal !== null) {
      const verdict: Verdict = { kind: 'stopped', exitCode: null, exitReason: refusal };
      await life.recordEnd(verdict, null);
      return verdict;
    }
    await life.recordReason(reasonOf(flight.error, life.cluster));
    const wait = Math.min(2 ** failures, MAX_WAIT_SECONDS);
    failures += 1;
    await life.until(() => life.inbox.ending !== null, wait * 1000);
  }
}

async function landed(life: Life, answer: Landed): Promise<Verdict | null> {
  switch (answer.kind) {
    case 'job': {
      await life.recordLaunched(answer);
      if (answer.phase === 'STOPPED') {
        life.inbox.hints.push({ attempt: life.state.attempt, phase: 'STOPPED' });
      }
      return null;
    }
    case 'unknown':
      await life.recordEnd(answer.verdict, answer.end);
      return answer.verdict;
    case 'withdrawn':
      life.inbox.end({ kind: 'stop', by: answer.stop?.by ?? null });
      return null;
  }
}

/** The engine's words when it refuses a job for good, else null. */
function refusalOf(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true ? cause.message : null;
}

function reasonOf(error: unknown, cluster: string): string {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    return cause.timeoutType === TimeoutType.SCHEDULE_TO_START
      ? `no worker serves cluster ${cluster}`
      : `the worker that launched it went silent (${cause.timeoutType})`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}
