/** A Kubernetes for tests: our own, or one that FLOTILLA_TEST_KUBECONFIG names. */
export interface TestCluster {
  /** Of the context in both kubeconfigs. */
  readonly context: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Path of a kubeconfig that may do what the service must do, and nothing else. */
  readonly restrictedKubeconfig: string;
  /** Of the jobs. */
  readonly namespace: string;
  /** Images that every node has: busybox's, and the same with /bin/bash. */
  readonly images: { busybox: string; bash: string };
  readonly ledger: JobLedger;
  /** Why its nodes and programs cannot be touched; null when it is our own. */
  readonly untouchable: string | null;
  /** Runs kubectl as administrator; gives its output, or throws with what it said. */
  kubectl(...args: string[]): Promise<string>;
  /** The same with something on its standard input, as for `apply -f -`. */
  kubectlWith(input: string, ...args: string[]): Promise<string>;

  /**
   * Ends a program (`kill` at once, `stop` in good order) and waits for it, or starts it again:
   * apiserver, etcd, scheduler, controller-manager, registry, door (the way in), ledger, and for each
   * node kubelet1 and containerd1. Containers outlive both.
   */
  ctl(action: 'kill' | 'stop' | 'start', component: string): Promise<void>;
  /** As when the power of a node fails: its kubelet, its containerd and all containers at once. */
  killNode(node: number): Promise<void>;
  /** Starts what does not run of a node. It is Ready some seconds later. */
  startNode(node: number): Promise<void>;
  /** Starts all that does not run, and waits for `ready`; nothing where it is whole. */
  restore(): Promise<void>;
  /** Settles when the API server answers. */
  apiReady(): Promise<void>;
  /** Settles when all nodes are Ready and pods can be made. */
  ready(): Promise<void>;
  /** The registry as nodes name it in images; null when there is none. */
  readonly registryAddress: string | null;
  /** Pushes one of `images` as `name:tag`, which no node has pulled yet; gives the name to pull it by. */
  push(image: string, as: string): Promise<string>;
  /**
   * What metrics.k8s.io says that pods use; it settles when the API answers. A cluster has no metrics
   * until then, and none again after null.
   */
  setMetrics(usages: Usages | null): Promise<void>;
  stop(): Promise<void>;
}

/** By the beginning of pods' names: quantities, such as `250m` and `64Mi`. */
export type Usages = Record<string, { cpu: string; memory: string }>;

/** A file into which jobs write from inside their pods. */
export interface JobLedger {
  /**
   * A command that writes a line and ends when it is on record; not 0 when it could not be written.
   * For images that have busybox; the text is what `echo` takes, so it may name variables.
   */
  note(text: string): string;
  /** The same with the run and its attempt behind the text. */
  noteAttempt(text: string): string;
  /** The attempts of a run that wrote this text by `noteAttempt`, in order. */
  attempts(text: string, runId: string): number[];
  lines(): string[];
}
