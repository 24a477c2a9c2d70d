import {
  allHandlersFinished,
  CancelledFailure,
  CancellationScope,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow';
import type { Verdict } from '../domain/lifecycle/ending.ts';
import type { RunInput, RunResult } from '../domain/lifecycle/messages.ts';
import { admit } from './admit.ts';
import { endAttempt } from './end.ts';
import { follow } from './follow.ts';
import { Inbox } from './inbox.ts';
import { launch } from './launch.ts';
import { isOver, Life, stateOf } from './life.ts';
import { records } from './record.ts';

const CANCELLED_BY = 'Temporal (workflow cancelled)';

/**
 * One run, from QUEUED to STOPPED. Its workflow id is the run id; it is the only writer of the run's
 * lifecycle. Cancelling it is asking for a stop: it ends, cancelled, once the job has ended.
 */
export async function run(input: RunInput): Promise<RunResult> {
  const inbox = new Inbox();
  inbox.listen();
  let cancelled: CancelledFailure | null = null;
  CancellationScope.current().cancelRequested.catch((failure: unknown) => {
    if (failure instanceof CancelledFailure) cancelled = failure;
    inbox.end({ kind: 'stop', by: CANCELLED_BY });
  });
  const result = await CancellationScope.nonCancellable(() => live(input, inbox));
  if (cancelled !== null) throw cancelled;
  return result;
}

async function live(input: RunInput, inbox: Inbox): Promise<RunResult> {
  const life = await begin(input, inbox);
  if (life === null) return { status: 'STOPPED', exitCode: null, exitReason: 'it was over before' };
  for (;;) {
    const verdict = await attempt(life, input);
    if (verdict.kind === 'stopped') {
      inbox.closed = true;
      await condition(allHandlersFinished);
      return life.result(verdict);
    }
    await life.until(() => inbox.ending !== null, verdict.backoffSeconds * 1000);
    await life.recordRequeued(life.state.attempt + 1);
  }
}

/** Takes the run over; null when there is nothing left to do. */
async function begin(input: RunInput, inbox: Inbox): Promise<Life | null> {
  if (input.state !== undefined) {
    inbox.resume(input.state);
    return new Life(input, input.state, inbox);
  }
  const opened = await records.openRun(input.runId);
  if (isOver(opened)) {
    inbox.closed = true;
    await condition(allHandlersFinished);
    return null;
  }
  const state = stateOf(opened);
  inbox.resume(state);
  const life = new Life(input, state, inbox);
  life.admitted = opened.admitted;
  if (state.status === 'NEEDS_RETRY') await life.recordRequeued(state.attempt);
  return life;
}

/** QUEUED → PENDING → RUNNING → the end of one attempt. */
async function attempt(life: Life, input: RunInput): Promise<Verdict> {
  if (life.state.externalId === null) {
    if (!(await admit(life))) return endAttempt(life, input.taskQueue);
    const over = await launch(life, input.taskQueue);
    if (over !== null) return over;
  }
  return follow(life, input.taskQueue, () => renew(life, input));
}

/** Continues as new once the history is long; never with an activity open or a handler running. */
async function renew(life: Life, input: RunInput): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested) return;
  await condition(allHandlersFinished);
  const { ending, hints } = life.inbox;
  await continueAsNew<typeof run>({ ...input, state: { ...life.state, ending, hints } });
}
