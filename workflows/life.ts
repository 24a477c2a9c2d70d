import { condition, log, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Verdict } from '../domain/lifecycle/ending.ts';
import type { RunInput, RunResult, RunState } from '../domain/lifecycle/messages.ts';
import type {
  AttemptEnd,
  AttemptWrite,
  LaunchAnswer,
  Opened,
  RunPatch,
} from '../domain/lifecycle/record.ts';
import { SEARCH_ATTRIBUTES } from '../domain/lifecycle/search-attributes.ts';
import { isAhead, isTerminal, type Status } from '../domain/lifecycle/status.ts';
import type { Inbox } from './inbox.ts';
import { records } from './record.ts';

const statusKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.status, 'KEYWORD');

interface Step {
  status: Status;
  at?: string | null;
  reason?: string | null;
  actor?: string | null;
  evidence?: string | null;
}

type Launched = Omit<Extract<LaunchAnswer, { kind: 'job' }>, 'kind' | 'phase'>;

/** A run in its workflow: its state, what others told it, and the one way to record a step. */
export class Life {
  readonly runId: string;
  readonly cluster: string;
  readonly state: RunState;
  readonly inbox: Inbox;
  /** True once the current attempt has a slot. */
  admitted = false;
  #shown: Status;

  constructor(input: RunInput, state: RunState, inbox: Inbox) {
    this.runId = input.runId;
    this.cluster = input.cluster;
    this.state = state;
    this.inbox = inbox;
    // Whoever starts a workflow shows QUEUED; one that takes a run over may find it further on.
    this.#shown = input.state === undefined ? 'QUEUED' : state.status;
  }

  get ref(): { runId: string; attempt: number } {
    return { runId: this.runId, attempt: this.state.attempt };
  }

  /** Waits, and meanwhile applies the statuses that callers assert. False when the time is over. */
  async until(met: () => boolean, timeoutMs?: number): Promise<boolean> {
    const endsAt = timeoutMs === undefined ? null : Date.now() + timeoutMs;
    for (;;) {
      const due = (): boolean => met() || this.inbox.pendingAssertion() !== undefined;
      const left = endsAt === null ? null : Math.max(endsAt - Date.now(), 1);
      if (left === null) await condition(due);
      else if (!(await condition(due, left))) return false;
      await this.#applyAssertions();
      if (met()) return true;
    }
  }

  /** Projects steps with the row and the attempt they lead to. */
  async record(steps: Step[], patch: Partial<RunPatch>, attempt?: AttemptWrite): Promise<void> {
    const { state } = this;
    const transitions = steps.map((step) => {
      state.seq += 1;
      state.status = step.status;
      const { at, ...rest } = step;
      return { seq: state.seq, attempt: state.attempt, ...rest, ...(at == null ? {} : { at }) };
    });
    const written = await records.writeLifecycle({
      runId: this.runId,
      epoch: state.epoch,
      transitions,
      run: { ...patch, status: state.status },
      ...(attempt === undefined ? {} : { attempt }),
    });
    if (!written.applied) log.warn('a later chain of this run has written before', { ...this.ref });
    if (written.stop !== null) this.inbox.end({ kind: 'stop', by: written.stop.by });
    this.#show();
  }

  /** Records that the engine has the job, and that its command began where that is known. */
  async recordLaunched(launched: Launched): Promise<void> {
    const { state } = this;
    const { externalId, startedAt, sizing } = launched;
    state.externalId = externalId;
    // One that runs already was accepted no later than it began.
    const steps: Step[] = [{ status: this.#ahead('PENDING'), at: startedAt }];
    if (startedAt !== null) steps.push({ status: this.#ahead('RUNNING'), at: startedAt });
    if (startedAt !== null) this.#setStarted(startedAt);
    await this.record(
      steps,
      { attemptCount: state.attempt, ...(startedAt === null ? {} : { startedAt }) },
      {
        attempt: state.attempt,
        state: 'launched',
        externalId,
        startedAt,
        ...(sizing === undefined ? {} : { sizing }),
      },
    );
  }

  async recordRunning(startedAt: string | null): Promise<void> {
    const at = startedAt ?? new Date().toISOString();
    this.#setStarted(at);
    await this.record([{ status: 'RUNNING', at }], { startedAt: at });
  }

  /** Records the end of an attempt, and with it of the run unless it is to be retried. */
  async recordEnd(verdict: Verdict, end: AttemptEnd | null): Promise<void> {
    const { state } = this;
    const reason = verdict.kind === 'stopped' ? verdict.exitReason : verdict.reason;
    const evidence = end?.evidence ?? null;
    const actor = this.inbox.actor();
    const attempt: AttemptWrite = { attempt: state.attempt, state: 'ended', ...(end ?? NO_END) };
    const runExceptions = this.inbox.exceptions() ?? end?.runExceptions ?? null;
    const patch: Partial<RunPatch> = {
      exitCode: verdict.kind === 'stopped' ? verdict.exitCode : null,
      exitReason: reason,
      finishedAt: end?.finishedAt ?? null,
      ...(end?.startedAt == null ? {} : { startedAt: end.startedAt }),
      ...(end?.maxMemoryUsed == null ? {} : { maxMemoryUsed: end.maxMemoryUsed }),
      ...(end?.maxCpuUsed == null ? {} : { maxCpuUsed: end.maxCpuUsed }),
      ...(runExceptions === null ? {} : { runExceptions }),
    };
    const status = verdict.kind === 'stopped' ? 'STOPPED' : 'NEEDS_RETRY';
    const steps: Step[] = [{ status, reason, actor, evidence }];
    const began = end?.startedAt ?? null;
    // A job may be over before anybody saw it run.
    if (began !== null && state.startedAt === null && isAhead(state.status, 'RUNNING')) {
      steps.unshift({ status: 'RUNNING', at: began });
    }
    await this.record(steps, patch, attempt);
    this.inbox.settleEnding();
  }

  /** Begins an attempt in QUEUED. */
  async recordRequeued(attempt: number): Promise<void> {
    const { state } = this;
    if (attempt !== state.attempt) {
      Object.assign(state, { attempt, asked: false, externalId: null });
      this.admitted = false;
    }
    state.startedAt = null;
    state.deadlineAt = null;
    const cleared = { startedAt: null, finishedAt: null, exitReason: null, exitCode: null };
    await this.record([{ status: 'QUEUED', reason: `attempt ${attempt}` }], cleared);
  }

  /** Says why a run stays where it is, without saying it twice. */
  async recordReason(reason: string): Promise<void> {
    if (reason === this.#lastReason) return;
    this.#lastReason = reason;
    await this.record([{ status: this.state.status, reason }], {});
  }
  #lastReason: string | null = null;

  result(verdict: Verdict): RunResult {
    const { status } = this.state;
    return verdict.kind === 'stopped'
      ? { status, exitCode: verdict.exitCode, exitReason: verdict.exitReason }
      : { status, exitCode: null, exitReason: verdict.reason };
  }

  #setStarted(startedAt: string): void {
    const { state } = this;
    state.startedAt = startedAt;
    if (state.deadlineSeconds !== null) {
      state.deadlineAt = Date.parse(startedAt) + state.deadlineSeconds * 1000;
    }
  }

  /** A status that was asserted ahead of the engine's word stays. */
  #ahead(next: Status): Status {
    return isAhead(this.state.status, next) ? next : this.state.status;
  }

  async #applyAssertions(): Promise<void> {
    for (;;) {
      const assertion = this.inbox.pendingAssertion();
      if (assertion === undefined) return;
      assertion.applied = true;
      const { status, exitCode, exitReason, runExceptions, by } = assertion.request;
      const now = new Date().toISOString();
      const begins = status === 'RUNNING' && isAhead(this.state.status, 'RUNNING');
      await this.record([{ status: this.#ahead(status), reason: exitReason, actor: by }], {
        ...(begins ? { startedAt: now } : {}),
        ...(exitCode === null ? {} : { exitCode }),
        ...(exitReason === null ? {} : { exitReason }),
        ...(runExceptions === null ? {} : { runExceptions }),
      });
    }
  }

  /** Tells Temporal's operators: at RUNNING, at the end, and when a run goes back. */
  #show(): void {
    const { status, attempt } = this.state;
    setCurrentDetails(`${status}, attempt ${attempt}, on cluster ${this.cluster}`);
    if (status === this.#shown || status === 'PENDING') return;
    this.#shown = status;
    upsertSearchAttributes([{ key: statusKey, value: status }]);
  }
}

const NO_END: AttemptEnd = {
  exitCode: null,
  exitReason: null,
  failureClass: null,
  evidence: null,
  startedAt: null,
  finishedAt: null,
  maxMemoryUsed: null,
  maxCpuUsed: null,
  log: null,
};

/** The state with which a workflow takes over a run. */
export function stateOf(opened: Opened): RunState {
  const { startedAt, deadlineSeconds } = opened;
  return {
    epoch: opened.epoch,
    seq: 0,
    status: opened.status,
    attempt: opened.attempt,
    asked: opened.asked,
    externalId: opened.externalId,
    startedAt,
    deadlineSeconds,
    deadlineAt:
      startedAt === null || deadlineSeconds === null
        ? null
        : Date.parse(startedAt) + deadlineSeconds * 1000,
    ending: opened.ending,
    // A job that was launched before may have ended unseen.
    hints: opened.externalId === null ? [] : [{ attempt: opened.attempt, phase: 'MISSING' }],
    timing: opened.timing,
  };
}

/** True when a run that is taken over has nothing left to do. */
export function isOver(opened: Opened): boolean {
  return isTerminal(opened.status);
}
