import { webUrl } from './web-url.ts';

/** Where a pod is on Kubernetes. */
export interface PodPlace {
  cluster: string;
  namespace: string;
  pod: string;
}

/** Engine eks names a job by namespace, name and uid. */
const JOB_ID = /^([a-z\d-]+)\/[a-z\d.-]+\/[\da-f-]+$/;
/** What needs no quotes in a shell. */
const PLAIN = /^[a-z\d.-]+$/;

/** The pod of an attempt; null where it had none, or not on Kubernetes (pure). */
export function podPlaceOf(attempt: {
  cluster: string;
  external_id: string | null;
  pod_name: string | null;
}): PodPlace | null {
  const [, namespace] = JOB_ID.exec(attempt.external_id ?? '') ?? [];
  const { cluster, pod_name: pod } = attempt;
  return namespace === undefined || pod === null ? null : { cluster, namespace, pod };
}

/**
 * The address of a pod on the pages that the installation has for that (pure).
 * @param template with `{cluster}`, `{namespace}` and `{pod}`
 * @returns null for what is no http or https URL
 */
export function podUrlOf(template: string, place: PodPlace): string | null {
  const url = template.replaceAll(/\{(cluster|namespace|pod)\}/g, (_, name: keyof PodPlace) =>
    encodeURIComponent(place[name]),
  );
  return webUrl(url);
}

/** What shows a pod in a shell; null for a name that a shell would read (pure). */
export function describeOf({ namespace, pod }: PodPlace): string | null {
  if (!PLAIN.test(namespace) || !PLAIN.test(pod)) return null;
  return `kubectl -n ${namespace} describe pod ${pod}`;
}
