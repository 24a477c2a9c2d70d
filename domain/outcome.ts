/**
 * What kind of thing went wrong. Closed, so that every class has a documented meaning.
 * Host-level classes are those that a second attempt may cure.
 */
export const FAILURE_CLASSES = [
  'app-exit',
  'oom',
  'deadline',
  'start-error',
  'image-permanent',
  'image-transient',
  'unschedulable',
  'host-lost',
  'host-fault',
  'evicted',
  'preempted',
  'deleted-by-hand',
  'unknown',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

const HOST_LEVEL: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'image-transient',
  'host-lost',
  'host-fault',
  'evicted',
  'preempted',
]);

/** True when the failure lies with the host and not with the job. */
export function isHostLevel(failure: FailureClass): boolean {
  return HOST_LEVEL.has(failure);
}

/** How a job ended, in the engine's own words. */
export interface Outcome {
  /** The job's own exit code; null when it never had one or it is not known. */
  exitCode: number | null;
  reason: string | null;
  /** Null for a job that exited with 0. */
  failure: FailureClass | null;
  /** What the judgement rests on. A host-level failure without it does not count as one. */
  evidence: string | null;
  startedAt: Date | null;
  /** True where `startedAt` is the earliest that it can be: whoever heard more knows better. */
  startedAtGuessed?: boolean;
  finishedAt: Date | null;
  /** Megabytes (10^6 bytes), where the engine measures it. */
  maxMemoryUsed: number | null;
  /** Millicores, where the engine measures it. */
  maxCpuUsed: number | null;
}

const NO_OUTCOME: Outcome = {
  exitCode: null,
  reason: null,
  failure: null,
  evidence: null,
  startedAt: null,
  finishedAt: null,
  maxMemoryUsed: null,
  maxCpuUsed: null,
};

/** An outcome of which this is known, and no more. */
export function outcomeWith(known: Partial<Outcome>): Outcome {
  return { ...NO_OUTCOME, ...known };
}

/** An outcome of which nothing is known but the reason why. */
export function unknownOutcome(why: string): Outcome {
  return outcomeWith({ reason: `outcome unknown: ${why}`, failure: 'unknown' });
}
