import type { Sizing } from '../resources.ts';
import type { Ending, Verdict } from './ending.ts';
import type { JobRef, RunTiming } from './messages.ts';
import type { Phase, Status } from './status.ts';

/** One step of a run's lifecycle, as it is projected into `run_event`. */
export interface Transition {
  seq: number;
  status: Status;
  attempt: number;
  /** ISO 8601; absent means "now, by the database's clock". */
  at?: string;
  reason?: string | null;
  actor?: string | null;
  evidence?: string | null;
}

/** Columns of the run's row. An absent field is left as it is; null clears. */
export interface RunPatch {
  status: Status;
  startedAt?: string | null;
  finishedAt?: string | null;
  exitCode?: number | null;
  exitReason?: string | null;
  runExceptions?: string[] | null;
  attemptCount?: number;
  maxMemoryUsed?: number | null;
  maxCpuUsed?: number | null;
}

/** What a write says about its attempt. */
export type AttemptWrite =
  | {
      attempt: number;
      state: 'launched';
      externalId: string;
      startedAt: string | null;
      sizing?: Sizing;
    }
  | ({ attempt: number; state: 'ended' } & AttemptEnd);

/** How an attempt ended, by the engine's own account. */
export interface AttemptEnd {
  exitCode: number | null;
  exitReason: string | null;
  failureClass: string | null;
  evidence: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** Peak resident memory in megabytes, where the engine measures it. */
  maxMemoryUsed: number | null;
  /** Peak cpu in millicores, where the engine measures it. */
  maxCpuUsed: number | null;
  log: { bytes: number; lines: number } | null;
  /** Of the run: what was found in the log, where somebody looked. */
  runExceptions?: string[];
}

/**
 * One projection: transitions, the row they lead to, and the attempt they concern, committed
 * together and only if (epoch, seq) is later than what is stored.
 */
export interface LifecycleWrite {
  runId: string;
  epoch: number;
  transitions: Transition[];
  run: RunPatch;
  attempt?: AttemptWrite;
}

export interface Written {
  /** False when a later write was there already. */
  applied: boolean;
  stop: StopMark | null;
}

/** Set by the API in the run's row; the workflow reads it. */
export interface StopMark {
  by: string | null;
}

/** What a workflow learns when it takes over a run. */
export interface Opened {
  epoch: number;
  status: Status;
  attempt: number;
  /** An intent to launch the attempt was on record before: look before launching. */
  asked: boolean;
  externalId: string | null;
  startedAt: string | null;
  deadlineSeconds: number | null;
  ending: Ending | null;
  admitted: boolean;
  timing: RunTiming;
}

export interface Admission {
  admitted: boolean;
  stop: StopMark | null;
  /** Why it has to wait, for people. */
  reason: string | null;
  /** An intent was on record before this call. */
  asked: boolean;
}

/** What `launch` answers to the workflow. */
export type LaunchAnswer =
  | {
      kind: 'job';
      externalId: string;
      phase: Phase;
      startedAt: string | null;
      /** What it is given; absent in histories that are older. */
      sizing?: Sizing;
    }
  /** It is to have a turn of these first; nothing was done. */
  | { kind: 'turn'; of: string }
  /** Nothing more may be started for it: it cannot be, or nobody can say whether it runs. */
  | { kind: 'unknown'; verdict: Verdict; end: AttemptEnd }
  /** The run was stopped, or went on to another attempt, before anything was started. */
  | { kind: 'withdrawn'; stop: StopMark | null };

/** What `look` and `end` answer. `ended` is the engine's confirmed word. */
export type LookAnswer =
  | { ended: false; phase: Phase | 'UNKNOWN'; startedAt: string | null; reason: string | null }
  | { ended: true; verdict: Verdict; end: AttemptEnd };

export interface AttemptQuery extends JobRef {
  externalId: string | null;
}

/** The database activities of the `run` workflow. */
export interface RecordActivities {
  openRun(runId: string): Promise<Opened>;
  admitRun(ref: JobRef): Promise<Admission>;
  writeLifecycle(write: LifecycleWrite): Promise<Written>;
  /** Bars the attempt from starting; `asked` when the engine may have been asked for it already. */
  barLaunch(ref: JobRef): Promise<{ asked: boolean }>;
}

/** On a cluster's launch queue. */
export interface LaunchActivities {
  /**
   * @param input.look ask the engine before launching: the attempt may have been launched
   * @param input.hasTurn it has had its turn, where launches share a limit
   */
  launchJob(input: JobRef & { look: boolean; hasTurn: boolean }): Promise<LaunchAnswer>;
}

/** On a queue whose rate is the limit that launches share. */
export interface TurnActivities {
  takeTurn(): Promise<void>;
}

/** On a cluster's control queue. */
export interface ControlActivities {
  lookAtJob(query: AttemptQuery): Promise<LookAnswer>;
  endJob(query: AttemptQuery & { ending: Ending; graceSeconds: number }): Promise<LookAnswer>;
}

/** On a cluster's control queue, for `watchCluster`. */
export interface ObserveActivities {
  /** Returns after about ten minutes, or at once when the cluster is no longer known. */
  watchJobs(cluster: string): Promise<'cycle' | 'gone'>;
  sweepCluster(cluster: string): Promise<SweepSummary>;
}

export interface SweepSummary {
  listed: number;
  open: number;
  signalled: number;
  /** Jobs alive that no open run claims, and that were ended. */
  orphansEnded: number;
  /** Runs whose workflow was gone and was started anew or settled. */
  recovered: number;
  released: number;
  /** Seconds until the next sweep, as the worker that swept is configured. */
  nextSeconds: number;
}

export interface ReconcileActivities {
  startOverdueRuns(): Promise<{ started: number; known: number }>;
  ensureWatchers(): Promise<{ clusters: string[] }>;
}
