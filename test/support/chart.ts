import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { findHelm, type Helm } from './provision/helm.ts';

export const KUBERNETES_DIR = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));
export const CHART_DIR = join(KUBERNETES_DIR, 'chart');
const HELM_MS = 60_000;
/** Helm from `go install` takes a cluster that it has not seen for one of 1.20. */
const CLUSTER_VERSION = ['--kube-version', '1.33'];

/** An object of Kubernetes, as a file has it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

export interface RenderOptions {
  /** Of the chart's `ci` directory. */
  values?: 'least' | 'everything';
  /** As in `--set-json`: `key=value`, of which the value is JSON. */
  set?: readonly string[];
  /** Of the release. */
  namespace?: string;
}

let found: Promise<Helm> | undefined;

/** Helm, looked for once a process; under CI=true it is built where it is not. */
export function helm(): Promise<Helm> {
  found ??= findHelm({
    build: process.env['CI'] === 'true',
    say: (text) => process.stdout.write(`${text}\n`),
  });
  return found;
}

/**
 * All that `helm install` of the chart would apply, hooks included.
 * @throws Error with what Helm says, or why there is no Helm
 */
export async function renderedManifests(options: RenderOptions = {}): Promise<Manifest[]> {
  const namespace = options.namespace ?? 'flotilla';
  const args = ['template', 'flotilla', CHART_DIR, '--namespace', namespace];
  return manifestsOf(await runHelm([...args, ...CLUSTER_VERSION, ...valuesOf(options)]));
}

/** What `helm lint` says of the chart; it fails for warnings too. */
export function lint(options: RenderOptions): Promise<string> {
  return runHelm(['lint', '--strict', CHART_DIR, ...CLUSTER_VERSION, ...valuesOf(options)]);
}

/** The arguments of Helm that choose values. */
function valuesOf({ values = 'least', set = [] }: RenderOptions): string[] {
  const file = join(CHART_DIR, 'ci', `${values}-values.yaml`);
  return ['--values', file, ...set.flatMap((value) => ['--set-json', value])];
}

/** What a command of Helm prints. */
async function runHelm(args: readonly string[]): Promise<string> {
  const answer = await helm();
  if ('why' in answer) throw new Error(answer.why);
  // No kubeconfig: nothing here may reach a cluster of whoever runs this.
  const env = { ...process.env, KUBECONFIG: '/dev/null' };
  const { stdout } = await promisify(execFile)(answer.path, [...args], { timeout: HELM_MS, env });
  return stdout;
}

/** The objects of a YAML file. */
export function manifestsOf(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as Manifest | null;
    return object === null ? [] : [object];
  });
}

/** Those of one kind. */
export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}
