/** The statuses of a run, in the words of flotilla-os. */
export const STATUSES = ['QUEUED', 'PENDING', 'RUNNING', 'STOPPED', 'NEEDS_RETRY'] as const;
export type Status = (typeof STATUSES)[number];

/** What is known of one launch: asked for, accepted by the engine, over. */
export type AttemptState = 'intent' | 'launched' | 'ended';

/** What an engine says of a job. PENDING: accepted, but its command has not begun. */
export type Phase = 'PENDING' | 'RUNNING' | 'STOPPED';

const RANK: Record<Status, number> = {
  NEEDS_RETRY: -1,
  QUEUED: 0,
  PENDING: 1,
  RUNNING: 2,
  STOPPED: 3,
};

export function isStatus(value: string): value is Status {
  return (STATUSES as readonly string[]).includes(value);
}

/** STOPPED is the one status that nothing leaves. */
export function isTerminal(status: Status): boolean {
  return status === 'STOPPED';
}

/** True when `next` is further along an attempt's life than `current`. */
export function isAhead(current: Status, next: Status): boolean {
  return RANK[next] > RANK[current];
}
