/**
 * Why a run's current attempt is to be ended from outside.
 * `stop`: somebody asked; `deadline`: it ran too long; `status`: a caller declared it STOPPED;
 * `retry`: a caller declared it NEEDS_RETRY.
 */
export type Ending =
  | { kind: 'stop'; by: string | null }
  | { kind: 'deadline'; seconds: number }
  | {
      kind: 'status';
      by: string | null;
      exitCode: number | null;
      exitReason: string | null;
    }
  | { kind: 'retry'; by: string | null; reason: string };

/** What becomes of a run when an attempt is over. */
export type Verdict =
  | { kind: 'stopped'; exitCode: number | null; exitReason: string | null }
  | { kind: 'retry'; reason: string; backoffSeconds: number };

const RETRY_ON_REQUEST_SECONDS = 1;

/**
 * The verdict when an ending, and not the job itself, decided.
 * Codes and texts are those of flotilla-os: a stopped run has exit code 1.
 */
export function verdictOfEnding(ending: Ending): Verdict {
  switch (ending.kind) {
    case 'stop':
      return {
        kind: 'stopped',
        exitCode: 1,
        exitReason:
          ending.by === null ? 'Task terminated by user' : `Task terminated by - ${ending.by}`,
      };
    case 'deadline':
      return {
        kind: 'stopped',
        exitCode: 1,
        exitReason: `JobRun exceeded specified timeout of ${ending.seconds} seconds`,
      };
    case 'status':
      return { kind: 'stopped', exitCode: ending.exitCode, exitReason: ending.exitReason };
    case 'retry':
      return {
        kind: 'retry',
        reason: ending.reason,
        backoffSeconds: RETRY_ON_REQUEST_SECONDS,
      };
  }
}
