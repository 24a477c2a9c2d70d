import type { JobRun } from '@aws-sdk/client-emr-containers';
import { outcomeWith, unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import { stopped, type Judgement } from '../judgement.ts';

/** EMR tells no exit code of a job that failed; flotilla-os has this in its place. */
export const FAILED_CODE = -1;
/** Where EMR says nothing that would help, as in flotilla-os. */
const NOTHING_SAID = 'Job failed, please look at Driver Init and/or Driver Stdout logs.';
const GENERIC = 'JobRun failed. Please refer logs uploaded';
const REFER = 'Please refer logs uploaded to S3/CloudWatch based on your monitoring configuration.';

/** What the engine has heard of a job, beside what EMR says of it now. */
export interface Heard {
  /** When it was said to run; null where nobody heard. */
  startedAt: Date | null;
}

/** Judges a job run (pure). */
export function judge(jobRun: JobRun, heard: Heard = { startedAt: null }): Judgement {
  switch (jobRun.state) {
    case 'COMPLETED':
    case 'FAILED':
    case 'CANCELLED':
      return stopped(outcomeOf(jobRun, heard));
    case 'RUNNING':
    case 'CANCEL_PENDING': {
      const note = jobRun.state === 'CANCEL_PENDING' ? 'EMR is cancelling it' : null;
      return { ...alive, phase: 'RUNNING', startedAt: heard.startedAt, note };
    }
    default:
      return { ...alive, phase: 'PENDING', startedAt: null, note: null };
  }
}

const alive = { outcome: null, alive: true } as const;

function outcomeOf(jobRun: JobRun, heard: Heard): Outcome {
  const finishedAt = jobRun.finishedAt ?? null;
  const details = jobRun.stateDetails || null;
  const { startedAt } = heard;
  const began = startedAt ?? jobRun.createdAt ?? null;
  // Created is not begun: whoever has heard when it began knows better.
  const ran = { startedAt: began, finishedAt, startedAtGuessed: startedAt === null };
  if (jobRun.state === 'COMPLETED') return outcomeWith({ ...ran, exitCode: 0, reason: details });
  if (jobRun.state === 'CANCELLED') {
    const reason = 'cancelled in EMR, not by Flotilla';
    const evidence = details ?? 'CANCELLED';
    return outcomeWith({ startedAt, finishedAt, reason, failure: 'deleted-by-hand', evidence });
  }
  const reason = reasonOf(jobRun);
  const evidence = [jobRun.failureReason, details].filter(Boolean).join(': ');
  switch (jobRun.failureReason) {
    case 'INTERNAL_ERROR':
      return outcomeWith({ startedAt, finishedAt, reason, failure: 'host-fault', evidence });
    case 'CLUSTER_UNAVAILABLE':
      // Its pods may run on where EMR cannot see them.
      return { ...unknownOutcome(evidence), startedAt, finishedAt, evidence };
    case 'VALIDATION_ERROR':
      return outcomeWith({
        startedAt,
        finishedAt,
        reason,
        exitCode: FAILED_CODE,
        failure: 'start-error',
        evidence,
      });
    default:
      return outcomeWith({
        ...ran,
        exitCode: FAILED_CODE,
        reason,
        failure: 'app-exit',
        evidence: evidence || null,
      });
  }
}

/** Why it failed, in EMR's words where they say something, as in flotilla-os (events_worker.go). */
function reasonOf({ stateDetails = '', failureReason }: JobRun): string {
  if (stateDetails !== '' && !stateDetails.includes(GENERIC)) {
    return stateDetails.replaceAll(REFER, '').trim() || NOTHING_SAID;
  }
  if (failureReason === undefined || failureReason.includes('USER_ERROR')) return NOTHING_SAID;
  return failureReason;
}
