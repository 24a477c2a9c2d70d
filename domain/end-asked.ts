import type { JobEvent } from './job-event.ts';
import type { JobRef } from './lifecycle/messages.ts';

const UID = 'flotilla-end-';

/** That an attempt's engine was asked to end it: TERM at once, KILL after a grace. @param at when */
export function endAskedEvent(ref: JobRef, graceSeconds: number, at: Date): JobEvent {
  return {
    ref: { runId: ref.runId, attempt: ref.attempt },
    uid: `${UID}${ref.attempt}`,
    count: 1,
    at,
    type: 'Normal',
    reason: 'EndAsked',
    source: 'flotilla',
    message: `TERM was sent; KILL follows after ${graceSeconds} s`,
  };
}

/** Events that flotilla-os has no equal of. */
export function isEndAsked({ uid }: { uid: string }): boolean {
  return uid.startsWith(UID);
}
