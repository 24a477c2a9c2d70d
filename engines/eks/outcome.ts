import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { Phase } from '../../domain/lifecycle/status.ts';
import { outcomeWith, type Outcome } from '../../domain/outcome.ts';
import { stopped, type Judgement } from '../judgement.ts';
import { DEADLINE_CODE, podOutcome } from './ended.ts';
import { OUTCOME_ANNOTATION } from './names.ts';
import { conditionOf, dateOf, disruptionOf, mainState, wasEnded } from './pod.ts';
import { containerTrouble } from './waiting.ts';
import type { EksSettings } from './settings.ts';

/** What a judgement needs beside the objects. */
export interface Circumstances {
  now: Date;
  settings: Pick<
    EksSettings,
    'imageRefusedSeconds' | 'imageUnreachableSeconds' | 'hostLostSeconds'
  >;
  /** The kubelet's last words on a pull of this pod's image that failed. */
  pullError: string | null;
  /** Known when the pod's node is in doubt. */
  node: NodeState | null;
}

/** A node whose kubelet is silent, or that is no more. */
export interface NodeState {
  name: string;
  /** `fenced`: deleted, or tainted out-of-service: nothing runs there any more. */
  state: 'ready' | 'silent' | 'fenced';
  /** Since when it is silent. */
  since: Date | null;
  /** In words. */
  evidence: string;
}

/**
 * Judges an attempt by its Job and its pod (pure). The pod, as long as there is one, knows more and
 * knows it earlier.
 */
export function judge(job: V1Job | null, pod: V1Pod | null, by: Circumstances): Judgement {
  const decided = job === null ? null : decidedOutcome(job);
  const ended = job !== null && wasEnded(job);
  const judged = pod === null ? judgeJob(job) : byDeadline(job, judgePod(pod, { ...by, ended }));
  if (!ended) return judged;
  if (judged.alive || (judged.phase !== 'STOPPED' && pod !== null)) {
    return decided === null
      ? { ...judged, outcome: null, phase: alivePhase(judged), note: 'its job is being ended' }
      : { ...stopped(decided), alive: true };
  }
  return stopped(decided ?? judged.outcome ?? endedOutcome());
}

/** The Job controller deletes the pod of a Job that is over its own deadline: nobody else did. */
export function byDeadline(job: V1Job | null, judged: Judgement): Judgement {
  const told = job?.status?.conditions?.find(
    ({ type, status, reason }) =>
      status === 'True' && /^Fail(ed|ureTarget)$/.test(type) && reason === 'DeadlineExceeded',
  );
  if (told === undefined || judged.outcome?.failure !== 'deleted-by-hand') return judged;
  const { startedAt, finishedAt } = judged.outcome;
  const words = failedJob('DeadlineExceeded', told.message ?? 'DeadlineExceeded');
  return { ...judged, outcome: outcomeWith({ ...words, startedAt, finishedAt }) };
}

function alivePhase(judged: Judgement): Phase {
  return judged.startedAt === null ? 'PENDING' : 'RUNNING';
}

/** The outcome that was decided before the pod was ended, if so. */
function decidedOutcome(job: V1Job): Outcome | null {
  const text = job.metadata?.annotations?.[OUTCOME_ANNOTATION];
  if (text === undefined || text === '') return null;
  const { startedAt, finishedAt, ...rest } = JSON.parse(text) as Outcome;
  return { ...rest, startedAt: dateOf(startedAt), finishedAt: dateOf(finishedAt) };
}

/** Somebody ended it, and how its command took that is not known. */
function endedOutcome(): Outcome {
  return outcomeWith({ reason: 'ended before it was over' });
}

/** What a Job still tells when its pod is gone. */
function judgeJob(job: V1Job | null): Judgement {
  const waiting: Judgement = {
    phase: 'PENDING',
    startedAt: null,
    outcome: null,
    note: null,
    alive: false,
  };
  const condition = job?.status?.conditions?.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  if (condition === undefined) return waiting;
  const times = {
    startedAt: dateOf(job?.status?.startTime),
    finishedAt: dateOf(condition.lastTransitionTime),
  };
  if (condition.type === 'Complete') return stopped(outcomeWith({ exitCode: 0, ...times }));
  return stopped(
    outcomeWith({ ...failedJob(condition.reason ?? '', condition.message ?? ''), ...times }),
  );
}

/** By the Job controller's own texts (pkg/controller/job/pod_failure_policy.go). */
function failedJob(reason: string, message: string): Partial<Outcome> {
  const evidence = `the Job failed: ${reason}: ${message}`;
  const code = /failed with exit code (\d+) matching FailJob rule/.exec(message)?.[1];
  if (reason === 'PodFailurePolicy' && code !== undefined) {
    return { exitCode: Number(code), reason: 'Error', failure: 'app-exit', evidence };
  }
  if (reason === 'PodFailurePolicy' && message.includes('DisruptionTarget')) {
    return { reason: 'its pod was disrupted and is gone', failure: 'evicted', evidence };
  }
  if (reason === 'DeadlineExceeded') {
    return { exitCode: DEADLINE_CODE, reason: message, failure: 'deadline', evidence };
  }
  return {
    reason: `outcome unknown: its pod is gone, and the Job only says ${reason}: ${message}`,
    failure: 'unknown',
    evidence,
  };
}

function judgePod(pod: V1Pod, by: Circumstances & { ended: boolean }): Judgement {
  const state = mainState(pod);
  const terminal = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (terminal || state?.terminated !== undefined) {
    return { ...stopped(podOutcome(pod, state, by.ended)), alive: !terminal && othersRun(pod) };
  }
  const startedAt = dateOf(state?.running?.startedAt);
  const lost = lostHost(by);
  if (lost !== null) return { ...stopped({ ...lost, startedAt }), alive: true };
  const phase = startedAt === null ? 'PENDING' : 'RUNNING';
  const note = aliveNote(pod, by);
  const waiting: Judgement = { phase, startedAt, outcome: null, note, alive: true };
  if (startedAt !== null || state?.waiting === undefined) return waiting;
  const trouble = containerTrouble(state.waiting, since(pod), by);
  if (trouble === null) return waiting;
  if (trouble.outcome === null) return { ...waiting, note: note ?? trouble.note };
  return { ...stopped(outcomeWith(trouble.outcome)), alive: true };
}

function othersRun(pod: V1Pod): boolean {
  return (pod.status?.containerStatuses ?? []).some((one) => one.state?.running !== undefined);
}

/** Since when the kubelet has tried to start the pod. */
function since(pod: V1Pod): Date | null {
  return dateOf(pod.status?.startTime) ?? dateOf(pod.metadata?.creationTimestamp);
}

/** Nothing runs on a host that is fenced, and on one that is silent for too long nobody waits. */
function lostHost({ node, now, settings }: Circumstances): Outcome | null {
  if (node === null || node.state === 'ready') return null;
  const silentMs = node.since === null ? 0 : now.getTime() - node.since.getTime();
  const { hostLostSeconds } = settings;
  const overdue = hostLostSeconds > 0 && silentMs > hostLostSeconds * 1000;
  if (node.state !== 'fenced' && !overdue) return null;
  const unconfirmed = `${node.evidence}; not confirmed, but silent for more than ${hostLostSeconds} s`;
  return outcomeWith({
    reason: `node ${node.name} was lost`,
    failure: 'host-lost',
    evidence: node.state === 'fenced' ? node.evidence : unconfirmed,
    finishedAt: now,
  });
}

/** How a note begins that says that no node has room, or is fit. */
export const UNSCHEDULABLE = 'unschedulable';

function aliveNote(pod: V1Pod, { node }: Circumstances): string | null {
  if (node?.state === 'silent') {
    return `${node.evidence}: its job may still run there; waiting until the node is back, deleted or tainted out-of-service`;
  }
  const disruption = disruptionOf(pod);
  if (disruption !== null)
    return `its pod is being ended: ${disruption.message ?? disruption.reason}`;
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False')
    return `${UNSCHEDULABLE}: ${scheduled.message ?? scheduled.reason}`;
  return null;
}
