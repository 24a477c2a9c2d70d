import type { Manifest } from '../support/chart.ts';

export interface Container {
  name: string;
  image: string;
  command: string[];
  env: { name: string; value?: string }[];
  envFrom: unknown[];
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  [field: string]: unknown;
}

export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  containers: Container[];
  volumes: { name: string; [source: string]: unknown }[];
  [field: string]: unknown;
}

export interface Pod {
  /** Kind and name of what makes the pod. */
  of: string;
  component: string | undefined;
  labels: Record<string, string>;
  spec: PodSpec;
  container: Container;
}

/** The pods that Deployments and Jobs would make. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests.flatMap((manifest) => {
    const spec = manifest['spec'] as
      { template?: { metadata: Labelled; spec: PodSpec } } | undefined;
    const template = spec?.template;
    const [container] = template?.spec.containers ?? [];
    if (template === undefined || container === undefined) return [];
    const of = `${manifest.kind} ${manifest.metadata.name}`;
    const { labels } = template.metadata;
    const component = labels['app.kubernetes.io/component'];
    return [{ of, component, labels, spec: template.spec, container }];
  });
}

interface Labelled {
  labels: Record<string, string>;
}

/** The pod of `server`, `worker` or `migrate`. */
export function podOf(manifests: readonly Manifest[], component: string): Pod {
  const [pod, ...others] = podsOf(manifests).filter((one) => one.component === component);
  if (pod === undefined || others.length > 0) throw new Error(`not one pod ${component}`);
  return pod;
}
