import type { V1ContainerState, V1Job, V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { ENDED_ANNOTATION } from './names.ts';

export function wasEnded(job: V1Job): boolean {
  return (job.metadata?.annotations?.[ENDED_ANNOTATION] ?? '') !== '';
}

/** The job's own container: named for the run, or the last one, as in flotilla-os; others were put beside it. */
export function mainContainer(pod: V1Pod): string | null {
  const containers = pod.spec?.containers ?? [];
  const podName = pod.metadata?.name ?? '';
  return (
    (containers.find((one) => podName.startsWith(one.name)) ?? containers.at(-1))?.name ?? null
  );
}

export function mainState(pod: V1Pod): V1ContainerState | null {
  const name = mainContainer(pod);
  const statuses = pod.status?.containerStatuses ?? [];
  return statuses.find((one) => one.name === name)?.state ?? null;
}

export function conditionOf(pod: V1Pod, type: string): V1PodCondition | null {
  return pod.status?.conditions?.find((one) => one.type === type) ?? null;
}

export function disruptionOf(pod: V1Pod): V1PodCondition | null {
  const condition = conditionOf(pod, 'DisruptionTarget');
  return condition?.status === 'True' ? condition : null;
}

/** True once the Job controller has said how it ended. */
export function isFinished(job: V1Job): boolean {
  return (job.status?.conditions ?? []).some(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

/** Dates of the API's objects, which JSON has as texts. */
export function dateOf(value: Date | string | null | undefined): Date | null {
  if (value === undefined || value === null) return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}
