import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { run, succeeds } from '../linux/commands.ts';
import { Components } from '../linux/components.ts';
import { pathsOf, type ClusterFacts } from './facts.ts';
import { IMAGES } from '../linux/images.ts';
import { ClusterLedger } from './ledger.ts';
import { setMetrics } from './metrics.ts';
import { Node } from './node.ts';
import { pushImage, REGISTRY_ADDRESS } from './registry.ts';
import type { TestCluster, Usages } from './test-cluster.ts';
import { tearDown } from './teardown.ts';

const READY_MS = 90_000;

/** A cluster of our own, for the process that started it and for those that attach to it. */
export class OwnCluster implements TestCluster {
  readonly context: string;
  readonly kubeconfig: string;
  readonly restrictedKubeconfig: string;
  readonly namespace: string;
  readonly images = IMAGES;
  readonly untouchable = null;
  readonly ledger: ClusterLedger;
  readonly registryAddress: string | null;
  readonly facts: ClusterFacts;
  readonly #components: Components;

  constructor(facts: ClusterFacts) {
    this.facts = facts;
    this.context = facts.name;
    this.namespace = facts.namespace;
    this.kubeconfig = pathsOf(facts).adminOutside;
    this.restrictedKubeconfig = pathsOf(facts).restricted;
    this.ledger = new ClusterLedger(facts);
    this.registryAddress = facts.registry ? REGISTRY_ADDRESS : null;
    this.#components = new Components(facts.root);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.kubectlWith('', ...args);
  }

  kubectlWith(input: string, ...args: string[]): Promise<string> {
    const env = { KUBECONFIG: this.kubeconfig, KUBECACHEDIR: join(this.facts.root, 'kubectl') };
    return run(this.facts.binary, ['kubectl', ...args], { input, env });
  }

  async ctl(action: 'kill' | 'stop' | 'start', component: string): Promise<void> {
    if (action === 'start') this.#components.restart(component);
    else await this.#components.end(component, action === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }

  killNode(node: number): Promise<void> {
    return this.#node(node).kill();
  }

  startNode(node: number): Promise<void> {
    return this.#node(node).start();
  }

  async restore(): Promise<void> {
    for (const name of this.#components.names())
      if (!/^(machine|containerd|kubelet)\d$/.test(name)) this.#components.restart(name);
    await this.apiReady();
    // As a supervisor does: a program that finds something of the time before the kill may end once more.
    const again = async (): Promise<void> => {
      for (let node = 1; node <= this.facts.nodes; node++) await this.startNode(node);
    };
    await this.ready(again);
    // Nobody but a test says that a node is out of service.
    await this.kubectl('taint', 'nodes', '--all', 'node.kubernetes.io/out-of-service-').catch(
      () => {
        // There was none.
      },
    );
  }

  async apiReady(): Promise<void> {
    const asked = (): Promise<boolean> => succeeds(this.kubectl('get', '--raw', '/readyz'));
    await eventually(`the API server is ready; see ${this.facts.root}/log`, asked, READY_MS);
  }

  /** @param meanwhile what is done before each look at the nodes */
  async ready(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    const template = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status} {end}';
    const all = 'True '.repeat(this.facts.nodes);
    const what = `all nodes are Ready; see ${this.facts.root}/log`;
    const nodesReady = async (): Promise<boolean> => {
      await meanwhile();
      return (
        (await this.kubectl('get', 'nodes', '-o', `jsonpath=${template}`).catch(String)) === all
      );
    };
    await eventually(what, nodesReady, READY_MS).catch((error: unknown) => {
      throw new Error(this.#components.lastWords(/^(kubelet|containerd)/), { cause: error });
    });
    const account = ['get', 'serviceaccount', 'default', '--namespace', this.namespace];
    await eventually('pods can be made', () => succeeds(this.kubectl(...account)), READY_MS);
  }

  push(image: string, as: string): Promise<string> {
    return pushImage(this.#node(1), image, as);
  }

  setMetrics(usages: Usages | null): Promise<void> {
    return setMetrics(this.facts, this.#components, this, usages);
  }

  stop(): Promise<void> {
    return tearDown(this.facts);
  }

  #node(number: number): Node {
    return new Node(this.facts, this.#components, number);
  }
}
