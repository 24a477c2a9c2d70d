import { outcomeWith, unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import { stopped, type Judgement } from '../judgement.ts';
import type { Inspected } from './daemon.ts';
import type { Mark } from './names.ts';

const KILLED = 137;
/** What a daemon that goes away, or comes back, leaves of containers that it ended: TERM, KILL, or no code. */
const ENDED_BY_DAEMON: ReadonlySet<number> = new Set([143, KILLED, 255]);
/** How long after it is back a daemon may still end what it finds running. */
const SETTLES_MS = 30_000;
/** How long a daemon that is told to end gives its containers before it closes its socket. */
const LEAVES_MS = 20_000;

/** A time in which the daemon did not answer, as it was seen from here. */
export interface Outage {
  from: Date;
  /** Null while it lasts. */
  until: Date | null;
}

/** What a judgement needs beside the container. */
export interface Circumstances {
  mark: Mark | null;
  outages: readonly Outage[];
  /** When the kernel under the daemon started; null where that is not known. */
  bootedAt: Date | null;
  /** What the init said when it could not run the command, in words; null where it could. */
  initError: string | null;
}

/** Judges an attempt by its container (pure). */
export function judge({ State: state }: Inspected, by: Circumstances): Judgement {
  const startedAt = timeOf(state.StartedAt);
  if (startedAt === null) return judgeUnstarted(by.mark);
  if (state.Running || state.Paused || state.Restarting) {
    const note = state.Paused ? 'its container is paused' : null;
    return { phase: 'RUNNING', startedAt, outcome: null, note, alive: true };
  }
  return stopped(outcomeOf(state, startedAt, by));
}

/** True where the daemon may have ended it without a word, for all that its state says. */
export function mayBeDaemons({ State: state }: Inspected): boolean {
  return ENDED_BY_DAEMON.has(state.ExitCode) && !state.OOMKilled;
}

/** True once its command may have begun. */
export function isStarted({ State: state }: Inspected): boolean {
  return timeOf(state.StartedAt) !== null;
}

export function isRunning({ State: state }: Inspected): boolean {
  return state.Running || state.Paused || state.Restarting;
}

/** Of a container that was there, and that the daemon has no longer. */
export function removed(): Judgement & { outcome: Outcome } {
  const outcome = unknownOutcome('its container was removed from the daemon');
  return { ...stopped(outcome), outcome };
}

function judgeUnstarted(mark: Mark | null): Judgement {
  if (mark === 'ended') return stopped(outcomeWith({ reason: 'ended before it started' }));
  return { phase: 'PENDING', startedAt: null, outcome: null, note: null, alive: true };
}

/** The daemon's zero for "not yet" is the year 1. */
function timeOf(text: string | undefined): Date | null {
  const at = new Date(text ?? '');
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1970 ? null : at;
}

function outcomeOf(state: Inspected['State'], startedAt: Date, by: Circumstances): Outcome {
  const finishedAt = timeOf(state.FinishedAt);
  const code = state.ExitCode;
  // An init that fails at once may be seen to end before it is seen to start.
  const times = {
    startedAt,
    finishedAt: finishedAt === null || finishedAt < startedAt ? startedAt : finishedAt,
  };
  if (code === 0) return outcomeWith({ exitCode: 0, ...times });
  if (code === KILLED && state.OOMKilled) {
    const evidence = 'the daemon says OOMKilled';
    return outcomeWith({ exitCode: code, reason: 'OOMKilled', failure: 'oom', evidence, ...times });
  }
  if (by.initError !== null) {
    const evidence = by.initError;
    const reason = `cannot start: ${startWords(evidence)}`;
    return outcomeWith({ exitCode: code, reason, failure: 'start-error', evidence, ...times });
  }
  // Who removes one by force has it killed first.
  if (code === KILLED && by.mark === null && /^(removing|dead)$/.test(state.Status)) {
    return { ...removed().outcome, ...times };
  }
  const lost = by.mark === 'ended' ? null : lostWith(code, times, by);
  if (lost !== null) return outcomeWith({ ...lost, ...times });
  const reason = state.Error === '' ? null : state.Error;
  return outcomeWith({ exitCode: code, reason, failure: 'app-exit', ...times });
}

/**
 * A container that ended with its daemon or its host. The code alone says nothing: a job may end with it
 * by itself, so the times have to fit what else is known.
 */
function lostWith(
  code: number,
  { startedAt, finishedAt }: { startedAt: Date; finishedAt: Date },
  { outages, bootedAt }: Circumstances,
): Partial<Outcome> | null {
  if (!ENDED_BY_DAEMON.has(code)) return null;
  if (bootedAt !== null && startedAt < bootedAt) {
    return {
      reason: 'the host restarted while the job ran',
      failure: 'host-lost',
      evidence: `the host booted at ${bootedAt.toISOString()}, and the container ended with ${code}`,
    };
  }
  const outage = outages.find(
    ({ from, until }) =>
      startedAt < from &&
      finishedAt.getTime() >= from.getTime() - LEAVES_MS &&
      (until === null || finishedAt.getTime() <= until.getTime() + SETTLES_MS),
  );
  if (outage === undefined) return null;
  const until = outage.until?.toISOString() ?? 'now';
  return {
    reason: 'the Docker daemon went away and ended the job',
    failure: 'host-fault',
    evidence:
      `the daemon did not answer from ${outage.from.toISOString()} to ${until}, ` +
      `and the container ended with ${code} at ${finishedAt.toISOString()}`,
  };
}

/** What Docker's words for a container that cannot be started mean for whoever wrote its definition. */
export function startWords(words: string): string {
  if (/\bbash\b.*(not found|no such file)/i.test(words)) {
    return `the image has no bash, which runs the command (${words})`;
  }
  return words;
}
