import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { eventually } from '../eventually.ts';
import { grantAccess } from './access.ts';
import { kubeconfigText } from './certificates.ts';
import { run, succeeds } from '../linux/commands.ts';
import { attemptsOf } from './ledger.ts';
import type { JobLedger, TestCluster } from './test-cluster.ts';

const READY_MS = 120_000;
const LEDGER_PORT = 9000;
const IMAGES = {
  busybox: process.env['FLOTILLA_TEST_BUSYBOX_IMAGE'] ?? 'busybox:1.36',
  bash: process.env['FLOTILLA_TEST_BASH_IMAGE'] ?? 'bash:5.2',
};

/** A cluster that somebody else runs; a value, so that other processes can attach to it. */
export interface ExternalFacts {
  root: string;
  kubeconfig: string;
  context: string;
  namespace: string;
  /** Address of the ledger's pod. */
  ledger: string;
}

/** A cluster of which only a namespace of our own may be touched; needs `kubectl` on PATH. */
export class ExternalCluster implements TestCluster {
  readonly facts: ExternalFacts;
  readonly context: string;
  readonly kubeconfig: string;
  readonly restrictedKubeconfig: string;
  readonly namespace: string;
  readonly images = IMAGES;
  readonly registryAddress = null;
  readonly untouchable = 'breaks nodes or programs: not on the cluster of FLOTILLA_TEST_KUBECONFIG';
  readonly ledger: JobLedger;

  constructor(facts: ExternalFacts) {
    this.facts = facts;
    this.context = facts.context;
    this.kubeconfig = facts.kubeconfig;
    this.namespace = facts.namespace;
    this.restrictedKubeconfig = join(facts.root, 'restricted.conf');
    this.ledger = new PodLedger(facts);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.kubectlWith('', ...args);
  }

  kubectlWith(input: string, ...args: string[]): Promise<string> {
    return run('kubectl', args, { input, env: { KUBECONFIG: this.kubeconfig } });
  }

  async apiReady(): Promise<void> {
    const asked = (): Promise<boolean> => succeeds(this.kubectl('get', '--raw', '/readyz'));
    await eventually('the API server is ready', asked, READY_MS);
  }

  async ready(): Promise<void> {
    const account = ['get', 'serviceaccount', 'default', '--namespace', this.namespace];
    await eventually('pods can be made', () => succeeds(this.kubectl(...account)), READY_MS);
  }

  ctl(): Promise<void> {
    return Promise.reject(new Error(this.untouchable));
  }

  killNode(): Promise<void> {
    return this.ctl();
  }

  startNode(): Promise<void> {
    return this.ctl();
  }

  async push(): Promise<string> {
    await this.ctl();
    return '';
  }

  setMetrics(): Promise<void> {
    return this.ctl();
  }

  async restore(): Promise<void> {}

  async stop(): Promise<void> {
    for (const kind of ['clusterrolebinding', 'clusterrole']) {
      const names = await this.kubectl('get', kind, '-o', 'name');
      const ours = names.split('\n').filter((name) => name.endsWith(`-${this.namespace}`));
      if (ours.length > 0) await this.kubectl('delete', ...ours);
    }
    await this.kubectl('delete', 'namespace', this.namespace, '--ignore-not-found');
    rmSync(this.facts.root, { recursive: true, force: true });
  }
}

/** A pod that writes down what it is told, and its log; it must not be on a node that goes. */
class PodLedger implements JobLedger {
  readonly #facts: ExternalFacts;

  constructor(facts: ExternalFacts) {
    this.#facts = facts;
  }

  note(text: string): string {
    const ask = `busybox nc -w 10 ${this.#facts.ledger} ${LEDGER_PORT}`;
    return `echo ${text} | ${ask} | busybox grep -q noted`;
  }

  noteAttempt(text: string): string {
    return this.note(`${text} $FLOTILLA_RUN_ID $FLOTILLA_RUN_ATTEMPT`);
  }

  attempts(text: string, runId: string): number[] {
    return attemptsOf(this.lines(), text, runId);
  }

  lines(): string[] {
    const { kubeconfig, namespace } = this.#facts;
    const args = ['logs', 'ledger', '--namespace', namespace];
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const { status, stdout, stderr } = spawnSync('kubectl', args, { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`the ledger cannot be read: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  }
}

/** A namespace of our own on that cluster, with an account and a ledger. */
export async function openExternal(kubeconfig: string): Promise<ExternalCluster> {
  const root = mkdtempSync(join(tmpdir(), 'flotilla-kube-'));
  const namespace = `flotilla-test-${process.pid}`;
  const view = await run(
    'kubectl',
    ['config', 'view', '--minify', '--raw', '--flatten', '-o', 'yaml'],
    {
      env: { KUBECONFIG: kubeconfig },
    },
  );
  const config = parse(view) as KubeConfigView;
  const [{ cluster } = { cluster: null }] = config.clusters;
  if (cluster === null) throw new Error(`${kubeconfig} names no cluster`);
  const context = config['current-context'];
  const before = { root, kubeconfig, context, namespace, ledger: '' };
  const opened = new ExternalCluster(before);
  const token = await grantAccess(
    (args, input) => opened.kubectlWith(input ?? '', ...args),
    namespace,
  );
  const authority = Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString();
  const account = { name: context, user: 'flotilla', token, server: cluster.server, authority };
  writeFileSync(opened.restrictedKubeconfig, kubeconfigText(account), { mode: 0o600 });
  await opened.ready();
  return new ExternalCluster({ ...before, ledger: await startPodLedger(opened) });
}

interface KubeConfigView {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  'current-context': string;
}

async function startPodLedger(cluster: ExternalCluster): Promise<string> {
  const writer = 'IFS= read -r line && printf "%s\\n" "$line" >/proc/1/fd/1 && echo noted';
  // Debian's busybox has no tcpsvd; its nc serves for ever with -ll, others' does not.
  const serve =
    'if busybox --list | grep -qx tcpsvd' +
    `; then exec busybox tcpsvd -c 256 0.0.0.0 ${LEDGER_PORT} sh -c '${writer}'` +
    `; else exec busybox nc -ll -p ${LEDGER_PORT} -e sh -c '${writer}'; fi`;
  const inNamespace = ['--namespace', cluster.namespace];
  const pod = ['run', 'ledger', `--image=${IMAGES.busybox}`, '--restart=Never', ...inNamespace];
  await cluster.kubectl(...pod, '--command', '--', 'sh', '-c', serve);
  const ready = ['wait', '--for=condition=Ready', 'pod/ledger', `--timeout=${READY_MS}ms`];
  await cluster.kubectl(...ready, ...inNamespace);
  const address = ['get', 'pod', 'ledger', '-o', 'jsonpath={.status.podIP}'];
  return cluster.kubectl(...address, ...inNamespace);
}
