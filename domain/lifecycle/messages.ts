import type { Ending } from './ending.ts';
import type { Status } from './status.ts';

/** Names on the wire between clients, activities and the `run` workflow. */
export const RUN_WORKFLOW = 'run';
export const WATCH_CLUSTER_WORKFLOW = 'watchCluster';
export const RECONCILE_WORKFLOW = 'reconcile';

export const SIGNAL_JOB_CHANGED = 'jobChanged';
export const SIGNAL_STOP = 'stop';
export const SIGNAL_SLOT_GRANTED = 'slotGranted';
export const UPDATE_SET_STATUS = 'setStatus';

/** One run's job on a cluster: a run may take several attempts. */
export interface JobRef {
  runId: string;
  /** Counts from 1. */
  attempt: number;
}

/**
 * "Something happened to the job": a hint, never the truth about an end. The workflow asks the
 * engine before it believes STOPPED or MISSING.
 */
export interface JobHint {
  attempt: number;
  phase: 'PENDING' | 'RUNNING' | 'STOPPED' | 'MISSING';
  /** ISO 8601; when the job's command began, where the engine says so. */
  startedAt?: string | null;
  /** Why the job is where it is, for people. */
  note?: string | null;
}

/** PUT status, as the workflow receives it. */
export interface StatusRequest {
  status: Status;
  exitCode: number | null;
  exitReason: string | null;
  runExceptions: string[] | null;
  by: string | null;
  /** Milliseconds since 1970, by the workflow's clock; a request applied later is refused. */
  deadline: number;
}

/** Waiting times of a run, fixed when it begins so that configuration can change under it. */
export interface RunTiming {
  /** Seconds between TERM and KILL. */
  stopGraceSeconds: number;
  /** Seconds without any news after which a run looks at its job itself. */
  lookSeconds: number;
}

/** Everything a run carries when it continues as new. */
export interface RunState {
  epoch: number;
  seq: number;
  status: Status;
  attempt: number;
  /** True once the engine may have been asked to launch the current attempt. */
  asked: boolean;
  externalId: string | null;
  startedAt: string | null;
  /** Milliseconds since 1970, or null for a run without a deadline. */
  deadlineAt: number | null;
  deadlineSeconds: number | null;
  ending: Ending | null;
  hints: JobHint[];
  timing: RunTiming;
}

export interface RunInput {
  runId: string;
  cluster: string;
  /** Task queue of workflows and of database activities; the cluster's queues derive from it. */
  taskQueue: string;
  state?: RunState;
}

export interface RunResult {
  status: Status;
  exitCode: number | null;
  exitReason: string | null;
}

/** Task Queue of what starts jobs on a cluster. */
export function launchQueue(taskQueue: string, cluster: string): string {
  return `${taskQueue}-${cluster}-launch`;
}

/** Task Queue of the turns that launches take which share a limit. */
export function turnQueue(taskQueue: string, turns: string): string {
  return `${taskQueue}-${turns}-turn`;
}

/** Task Queue of what ends, looks at and watches a cluster's jobs. */
export function controlQueue(taskQueue: string, cluster: string): string {
  return `${taskQueue}-${cluster}-control`;
}
