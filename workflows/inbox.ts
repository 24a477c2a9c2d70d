import {
  ApplicationFailure,
  condition,
  defineSignal,
  defineUpdate,
  log,
  setHandler,
} from '@temporalio/workflow';
import type { Ending } from '../domain/lifecycle/ending.ts';
import {
  SIGNAL_JOB_CHANGED,
  SIGNAL_SLOT_GRANTED,
  SIGNAL_STOP,
  UPDATE_SET_STATUS,
  type JobHint,
  type RunState,
  type StatusRequest,
} from '../domain/lifecycle/messages.ts';
import type { Status } from '../domain/lifecycle/status.ts';

const jobChanged = defineSignal<[JobHint]>(SIGNAL_JOB_CHANGED);
const stopRequested = defineSignal<[string | null]>(SIGNAL_STOP);
const slotGranted = defineSignal(SIGNAL_SLOT_GRANTED);
const setStatus = defineUpdate<boolean, [StatusRequest]>(UPDATE_SET_STATUS);

/** How long PUT status waits for its effect; what it asked for is on record either way. */
const STATUS_EFFECT_WITHIN = '5s';

interface Assertion {
  readonly request: StatusRequest;
  applied: boolean;
}

/** What others told the run: the part of its state that handlers write and the main flow reads. */
export class Inbox {
  /** Why the current attempt is to be ended. */
  ending: Ending | null = null;
  hints: JobHint[] = [];
  granted = false;
  /** True when nothing can be applied any more. */
  closed = false;
  #assertions: Assertion[] = [];

  listen(): void {
    // Anybody with the temporal CLI can signal: what makes no sense must not stay in the way.
    setHandler(jobChanged, (hint: unknown) => {
      if (isHint(hint)) this.hints.push(hint);
      else log.warn('a signal jobChanged says nothing: it needs attempt and phase');
    });
    setHandler(stopRequested, (by: unknown) => {
      this.end({ kind: 'stop', by: typeof by === 'string' ? by : null });
    });
    setHandler(slotGranted, () => void (this.granted = true));
    setHandler(setStatus, (request) => this.#assert(request), {
      validator: (request) => this.#validate(request),
    });
  }

  /** Takes over what an earlier execution, or the database, knows already. */
  resume(state: Pick<RunState, 'ending' | 'hints'>): void {
    if (state.ending !== null) this.end(state.ending);
    this.hints = [...state.hints, ...this.hints];
  }

  /** The first reason counts, but a stop outranks every other. */
  end(ending: Ending): void {
    if (this.ending === null || (ending.kind === 'stop' && this.ending.kind !== 'stop')) {
      this.ending = ending;
    }
  }

  hasHints(attempt: number): boolean {
    return this.hints.some((hint) => hint.attempt === attempt);
  }

  /** Takes the hints about an attempt; those about earlier ones are void. */
  takeHints(attempt: number): JobHint[] {
    const taken = this.hints.filter((hint) => hint.attempt === attempt);
    this.hints = this.hints.filter((hint) => hint.attempt > attempt);
    return taken;
  }

  /** A status that a caller asserts of a live run, not yet applied. */
  pendingAssertion(): Assertion | undefined {
    return this.#assertions.find(
      (assertion) => !assertion.applied && !isEnd(assertion.request.status),
    );
  }

  /** Exceptions that a caller reported with the end that it declared. */
  exceptions(): string[] | null {
    const end = this.#assertions.find((one) => !one.applied && isEnd(one.request.status));
    return end?.request.runExceptions ?? null;
  }

  /** Who is behind the current ending, as far as somebody is. */
  actor(): string | null {
    return this.ending === null || this.ending.kind === 'deadline' ? null : this.ending.by;
  }

  /**
   * The end of an attempt is on record: those who waited for it may go, and what was to end this
   * attempt is done. A stop is for the run.
   */
  settleEnding(): void {
    for (const assertion of this.#assertions) assertion.applied = true;
    this.#assertions = [];
    if (this.ending?.kind === 'retry' || this.ending?.kind === 'deadline') this.ending = null;
  }

  async #assert(request: StatusRequest): Promise<boolean> {
    const assertion: Assertion = { request, applied: false };
    if (request.status === 'STOPPED') {
      const { by, exitCode, exitReason } = request;
      this.end({ kind: 'status', by, exitCode, exitReason });
    } else if (request.status === 'NEEDS_RETRY') {
      const reason = request.exitReason ?? 'declared NEEDS_RETRY';
      this.end({ kind: 'retry', by: request.by, reason });
    }
    this.#assertions.push(assertion);
    await condition(() => assertion.applied || this.closed, STATUS_EFFECT_WITHIN);
    return assertion.applied;
  }

  /** An update that waited too long for a worker must not be applied: its caller was told 503. */
  #validate(request: StatusRequest): void {
    if (Date.now() > request.deadline) {
      throw ApplicationFailure.nonRetryable('the request came too late', 'expired');
    }
    if (this.closed) throw ApplicationFailure.nonRetryable('the run is over', 'closed');
  }
}

const PHASES: readonly unknown[] = [
  'PENDING',
  'RUNNING',
  'STOPPED',
  'MISSING',
] satisfies JobHint['phase'][];

function isHint(value: unknown): value is JobHint {
  if (typeof value !== 'object' || value === null) return false;
  const { attempt, phase } = value as Partial<Record<keyof JobHint, unknown>>;
  return typeof attempt === 'number' && PHASES.includes(phase);
}

function isEnd(status: Status): boolean {
  return status === 'STOPPED' || status === 'NEEDS_RETRY';
}
