import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { outcomeWith, type FailureClass, type Outcome } from '../../domain/outcome.ts';
import { dateOf, disruptionOf, mainState } from './pod.ts';

export const DEADLINE_CODE = 124;

/** How the job's container ended, and whose doing that was. */
export function podOutcome(pod: V1Pod, state: V1ContainerState | null, byUs: boolean): Outcome {
  const ended = state?.terminated;
  const times = {
    startedAt: dateOf(ended?.startedAt),
    finishedAt: dateOf(ended?.finishedAt) ?? dateOf(disruptionOf(pod)?.lastTransitionTime),
  };
  if (ended?.exitCode === 0) {
    const reason = `Pod ${pod.metadata?.name} Exited Successfully`;
    return outcomeWith({ exitCode: 0, reason, ...times });
  }
  const taken = disrupted(pod, times.finishedAt);
  if (taken !== null) return outcomeWith({ ...taken, ...times });
  const deleted = byUs ? null : deletion(pod, ended ?? null);
  if (deleted !== null) return outcomeWith({ ...deleted, ...times });
  if (ended === undefined) return outcomeWith({ ...neverRan(pod), ...times });
  return outcomeWith({ ...containerEnd(pod, ended), ...times });
}

type Terminated = NonNullable<V1ContainerState['terminated']>;

function containerEnd(pod: V1Pod, ended: Terminated): Partial<Outcome> {
  const { exitCode, message } = ended;
  const reason = ended.reason ?? 'Error';
  if (pod.status?.reason === 'DeadlineExceeded') {
    const words = pod.status.message ?? 'DeadlineExceeded';
    return { exitCode: DEADLINE_CODE, reason: words, failure: 'deadline', evidence: words };
  }
  if (reason === 'ContainerStatusUnknown') {
    const evidence = `${reason}: ${message ?? ''}`.trim();
    return { reason: 'the node lost the container', failure: 'host-lost', evidence };
  }
  if (reason === 'OOMKilled') {
    const evidence = `container exited with ${exitCode}: OOMKilled`;
    return { exitCode, reason, failure: 'oom', evidence };
  }
  if (/^(StartError|ContainerCannotRun)$/.test(reason)) {
    const words = startWords(message) ?? reason;
    return { exitCode, reason: words, failure: 'start-error', evidence: `${reason}: ${words}` };
  }
  return { exitCode, reason, failure: 'app-exit' };
}

/** Of a long chain of wrapped errors, what a person needs. */
function startWords(message: string | undefined): string | null {
  const words = message?.replace(/^.*?(exec: )/s, '$1').trim();
  return words === undefined || words === '' ? null : words;
}

/** A pod that failed without a word of its container: the node refused it, or gave it up. */
function neverRan(pod: V1Pod): Partial<Outcome> {
  const { reason = '', message = '' } = pod.status ?? {};
  const evidence = `the pod failed: ${reason}: ${message}`;
  if (reason === 'DeadlineExceeded') {
    return { exitCode: DEADLINE_CODE, reason: message, failure: 'deadline', evidence };
  }
  if (reason === '') {
    return { reason: 'outcome unknown: the pod failed without a reason', failure: 'unknown' };
  }
  return { reason: `${reason}: ${message}`, failure: classOfPod(reason, message), evidence };
}

/** Reasons of a whole pod (kubelet: lifecycle, eviction, nodeshutdown, preemption). */
function classOfPod(reason: string, message: string): FailureClass {
  if (reason === 'Evicted') return exceededOwn(message) ? 'app-exit' : 'evicted';
  if (reason === 'Preempting') return 'preempted';
  if (/^(NodeLost|NodeShutdown|Shutdown|Terminated)$/.test(reason)) return 'host-lost';
  return 'host-fault';
}

/** The kubelet ends a pod that uses more disk than its own limit: no other node would do otherwise. */
function exceededOwn(message: string): boolean {
  return /ephemeral local storage usage exceeds|Usage of EmptyDir volume .* exceeds/i.test(message);
}

const DISRUPTIONS: Readonly<Record<string, FailureClass>> = {
  PreemptionByScheduler: 'preempted',
  DeletionByTaintManager: 'host-lost',
  DeletionByPodGC: 'host-lost',
  EvictionByEvictionAPI: 'evicted',
  TerminationByKubelet: 'evicted',
};

/** Null when nobody disrupted the pod, or only after its command had ended by itself. */
function disrupted(pod: V1Pod, finishedAt: Date | null): Partial<Outcome> | null {
  const { reason, message = '' } = pod.status ?? {};
  if (reason === 'Evicted') {
    const failure = classOfPod(reason, message);
    return { reason: `Evicted: ${message}`, failure, evidence: `the pod failed: ${message}` };
  }
  const condition = disruptionOf(pod);
  if (condition === null) return null;
  const at = dateOf(condition.lastTransitionTime);
  const own = mainState(pod)?.terminated !== undefined && at !== null && finishedAt !== null;
  if (own && finishedAt.getTime() < at.getTime()) return null;
  const words = condition.message ?? '';
  return {
    reason: `${condition.reason}: ${words}`,
    failure: DISRUPTIONS[condition.reason ?? ''] ?? 'evicted',
    evidence: `condition DisruptionTarget: ${condition.reason}: ${words}`,
  };
}

/** Codes of a command that TERM or KILL ended. */
const SIGNALLED: readonly number[] = [137, 143];

/** Null unless somebody deleted the pod, and not only after its command had ended by itself. */
function deletion(pod: V1Pod, ended: Terminated | null): Partial<Outcome> | null {
  const due = dateOf(pod.metadata?.deletionTimestamp);
  if (due === null) return null;
  const askedAt = new Date(due.getTime() - (pod.metadata?.deletionGracePeriodSeconds ?? 0) * 1000);
  const finishedAt = dateOf(ended?.finishedAt);
  if (ended !== null && finishedAt !== null) {
    // Both in whole seconds: in the same one, the code tells.
    const after = finishedAt.getTime() - askedAt.getTime();
    if (after < 0 || (after === 0 && !SIGNALLED.includes(ended.exitCode))) return null;
  }
  return deletedByHand(`pod ${pod.metadata?.name} was asked to end at ${askedAt.toISOString()}`);
}

/** The outcome of what somebody else took away. */
export function deletedByHand(evidence: string): Partial<Outcome> {
  return {
    reason: 'deleted on its cluster, not by Flotilla',
    failure: 'deleted-by-hand',
    evidence,
  };
}

/** The outcome of a pod that is gone before it was over; null when nothing tells why. */
export function goneOutcome(pod: V1Pod): Outcome | null {
  const why = disrupted(pod, null) ?? deletion(pod, null);
  return why === null ? null : outcomeWith(why);
}
