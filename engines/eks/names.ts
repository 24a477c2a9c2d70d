import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

/** Where a Job carries what it is; keys are configuration. */
export interface LabelKeys {
  cluster: string;
  runId: string;
  attempt: string;
  mode: string;
  owner: string;
  tier: string;
}

/** Those of flotilla-os (execution/adapter/eks_adapter.go, getLabels); `attempt` is ours. */
export const DEFAULT_LABEL_KEYS: LabelKeys = {
  cluster: 'cluster-name',
  runId: 'flotilla-run-id',
  attempt: 'flotilla-run-attempt',
  mode: 'flotilla-run-mode',
  owner: 'owner',
  tier: 'tier',
};

/** Set when outcome and log are stored: the Job is no longer listed. */
export const RELEASED_LABEL = 'flotilla-released';
/** Empty while the attempt may run; else when it was asked to end. Set once. */
export const ENDED_ANNOTATION = 'flotilla/ended';
/** The outcome on which an end was decided, so that it survives the pod that told it. */
export const OUTCOME_ANNOTATION = 'flotilla/outcome';

/** A run id has 36 characters, whatever the engine; flotilla-os names the Job for it. */
const RUN_ID_LENGTH = 36;

/** The first attempt is named for the run, as flotilla-os does; later ones count. */
export function jobName(ref: JobRef): string {
  return ref.attempt === 1 ? ref.runId : `${ref.runId}-${ref.attempt}`;
}

/** The attempt that a Job or a pod of that name belongs to, or null when it is none of a run. */
export function refOfName(name: string, kind: 'Job' | 'Pod'): JobRef | null {
  const runId = name.slice(0, RUN_ID_LENGTH);
  if (runId.length < RUN_ID_LENGTH) return null;
  const rest = name.slice(RUN_ID_LENGTH);
  const match = (kind === 'Job' ? /^(?:-(\d+))?$/ : /^(?:-(\d+))?-[a-z\d]{5}$/).exec(rest);
  return match === null ? null : { runId, attempt: Number(match[1] ?? 1) };
}

/** `<namespace>/<job>/<uid>`; what flotilla-os left names the Job only. */
export interface ExternalId {
  namespace: string | null;
  name: string;
  uid: string | null;
}

export function externalIdOf(job: V1Job): string {
  const { namespace, name, uid } = job.metadata ?? {};
  return `${namespace}/${name}/${uid}`;
}

export function parseExternalId(text: string): ExternalId {
  const [namespace, name, uid] = text.split('/');
  if (name === undefined) return { namespace: null, name: text, uid: null };
  return { namespace: namespace ?? null, name, uid: uid ?? null };
}

/** The attempt that an object says it belongs to; flotilla-os labelled pods only, and no attempts. */
export function refOfLabels(
  labels: Record<string, string> | undefined,
  keys: LabelKeys,
): JobRef | null {
  const runId = labels?.[keys.runId];
  if (runId === undefined || runId === '') return null;
  const attempt = Number(labels?.[keys.attempt] ?? 1);
  return Number.isInteger(attempt) && attempt > 0 ? { runId, attempt } : null;
}

/** True for the Job of this attempt, and not for another of the same name. */
export function isOf(job: V1Job, ref: JobRef, keys: LabelKeys): boolean {
  const own = refOfLabels(job.metadata?.labels, keys);
  const said = own ?? refOfLabels(job.spec?.template.metadata?.labels, keys);
  return said !== null && said.runId === ref.runId && said.attempt === ref.attempt;
}

/** The uid of the Job that a pod belongs to or belonged to. */
export function jobUidOf(pod: V1Pod): string | null {
  const labels = pod.metadata?.labels ?? {};
  const owner = pod.metadata?.ownerReferences?.find((one) => one.kind === 'Job');
  return (
    owner?.uid ?? labels['batch.kubernetes.io/controller-uid'] ?? labels['controller-uid'] ?? null
  );
}

const LABEL_MAX = 63;

/**
 * A value as flotilla-os makes it fit for a label (SanitizeLabel), and always a valid one: what may
 * begin or end it there but not in Kubernetes is cut.
 */
export function labelValue(text: string): string {
  const replaced = text
    .trim()
    .replace(/[^-A-Za-z0-9_.]+/g, '_')
    .toLowerCase();
  return replaced
    .replace(/^[-_.]+/, '')
    .slice(0, LABEL_MAX)
    .replace(/[-_.]+$/, '');
}

const QUALIFIED = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/;
const PREFIX = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
/** Of the Job controller: a pod template that has other values of them is refused. */
const CONTROLLERS = new Set(['job-name', 'controller-uid']);

/** True for a key that Kubernetes takes as a label of a job's pod. */
export function isLabelKey(key: string): boolean {
  const [first = '', second, ...more] = key.split('/');
  if (more.length > 0 || CONTROLLERS.has(key)) return false;
  if (second === undefined) return QUALIFIED.test(first);
  return first !== 'batch.kubernetes.io' && PREFIX.test(first) && QUALIFIED.test(second);
}
