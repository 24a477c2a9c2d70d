import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { eventually } from '../eventually.ts';
import { killCgroup, makeCgroup, makeProcessGroup } from '../linux/cgroups.ts';
import { run, succeeds } from '../linux/commands.ts';
import type { Components } from '../linux/components.ts';
import { cgroupsOf, INSIDE, netOf, nodeAddress, pathsOf, type ClusterFacts } from './facts.ts';
import { PAUSE } from '../linux/images.ts';

const READY_MS = 30_000;

/**
 * Directories that containerd, runc, the CNI plugins and the kubelet use wherever they are configured
 * to be; each node has its own, mounted over them in a mount namespace of its own.
 */
const OWN_DIRS: Record<string, string> = {
  run: '/run/containerd',
  cni: '/var/lib/cni',
  lib: '/var/lib/kubelet',
  links: '/var/log/containers',
};

/** What the kubelet wants of the kernel; it is shown that, so that the machine's settings stay. */
const KERNEL: Record<string, string> = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/** A machine of a cluster: a containerd and a kubelet, in a mount namespace and control groups of its own. */
export class Node {
  readonly #facts: ClusterFacts;
  readonly #components: Components;
  readonly #number: number;
  readonly #dir: string;

  constructor(facts: ClusterFacts, components: Components, number: number) {
    this.#facts = facts;
    this.#components = components;
    this.#number = number;
    this.#dir = join(facts.root, `n${number}`);
  }

  get containerd(): string {
    return `containerd${this.#number}`;
  }

  get kubelet(): string {
    return `kubelet${this.#number}`;
  }

  /** Up to a containerd that answers; the kubelet needs the API server. */
  async boot(): Promise<void> {
    await this.#startMachine();
    writeFileSync(join(this.#dir, 'containerd.toml'), this.#containerdConfig());
    const config = join(this.#dir, 'containerd.toml');
    const command = ['containerd', '--config', config, '--log-level', 'warn'];
    // Containers outlive their containerd, as they do everywhere.
    const where = { ...this.#where(), wholeGroup: false };
    this.#components.start(this.containerd, command, where);
    await this.#containerdAnswers();
  }

  startKubelet(): void {
    const root = join(this.#dir, 'kubelet');
    const config = join(this.#dir, 'kubelet.yaml');
    mkdirSync(root, { recursive: true });
    writeFileSync(config, stringify({ ...this.#kubeletConfig(), ...this.#facts.kubelet }));
    const options = [
      ...[`--config=${config}`, `--kubeconfig=${pathsOf(this.#facts).adminInside}`],
      ...[`--root-dir=${root}`, `--cert-dir=${join(root, 'pki')}`],
      ...[`--hostname-override=node${this.#number}`, `--node-ip=${nodeAddress(this.#number)}`],
    ];
    this.#components.start(
      this.kubelet,
      [this.#facts.binary, 'kubelet', ...options],
      this.#where(),
    );
  }

  /** As when the power fails: everything of the node at once. */
  async kill(): Promise<void> {
    const { programs, pods } = cgroupsOf(this.#facts, this.#number);
    await Promise.all([killCgroup(programs), killCgroup(pods)]);
  }

  /** Starts what does not run. After a kill it is a reboot: what was in memory is gone. */
  async start(): Promise<void> {
    await this.#startMachine();
    this.#components.restart(this.containerd);
    await this.#containerdAnswers();
    this.#components.restart(this.kubelet);
  }

  /** `ctr` on this node. */
  ctr(...args: string[]): Promise<string> {
    const address = join(this.#dir, 'containerd.sock');
    const spaces = [`--net=${netOf(this.#facts)}`, `--mount=${join(this.#dir, 'mnt')}`];
    return run('nsenter', [...spaces, '--', 'ctr', '--address', address, '-n', 'k8s.io', ...args]);
  }

  /** The mount namespace, kept by a process that sleeps in it. */
  async #startMachine(): Promise<void> {
    const name = `machine${this.#number}`;
    if (this.#components.names().includes(name) && this.#components.isRunning(name)) return;
    const { programs, pods } = cgroupsOf(this.#facts, this.#number);
    makeCgroup(pods);
    const own = (dir: string): string => join(this.#dir, 'own', dir);
    for (const dir of [own('run'), join(this.#dir, 'state')])
      rmSync(dir, { recursive: true, force: true });
    const mounts: [string, string][] = [];
    for (const [dir, over] of Object.entries(OWN_DIRS)) {
      mkdirSync(own(dir), { recursive: true });
      mkdirSync(over, { recursive: true });
      mounts.push([own(dir), over]);
    }
    for (const [setting, value] of Object.entries(KERNEL)) {
      const file = own(setting.replaceAll('/', '.'));
      writeFileSync(file, `${value}\n`);
      mounts.push([file, `/proc/sys/${setting}`]);
    }
    const ready = own('ready');
    rmSync(ready, { force: true });
    const script = [
      'set -e',
      'mount --make-rshared /',
      ...mounts.map(([from, to]) => `mount --bind ${from} ${to}`),
      `touch ${ready}`,
      'exec sleep infinity',
    ].join('\n');
    const cgroup = makeProcessGroup(programs);
    this.#components.start(name, ['unshare', '--mount', 'sh', '-c', script], { cgroup });
    const mnt = join(this.#dir, 'mnt');
    rmSync(mnt, { force: true });
    symlinkSync(`/proc/${this.#components.identity(name).pid}/ns/mnt`, mnt);
    // Before that it is still in our own namespace, and whoever enters it would be, too.
    await eventually(
      `${name} is mounted; see ${this.#facts.root}/log`,
      () => existsSync(ready),
      READY_MS,
    );
  }

  #where(): { cgroup: string; net: string; mnt: string } {
    const cgroup = makeProcessGroup(cgroupsOf(this.#facts, this.#number).programs);
    return { cgroup, net: netOf(this.#facts), mnt: join(this.#dir, 'mnt') };
  }

  async #containerdAnswers(): Promise<void> {
    await eventually(
      `${this.containerd} answers; see ${this.#facts.root}/log`,
      () => succeeds(this.ctr('version')),
      READY_MS,
    );
  }

  #containerdConfig(): string {
    return `version = 2
root = "${this.#dir}/containerd"
state = "${this.#dir}/state"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing",
]
[grpc]
  address = "${this.#dir}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE}"
  disable_apparmor = true
  # Root without CAP_SYS_RESOURCE may not lower oom_score_adj, and runc dies of it.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${pathsOf(this.#facts).cni}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
  }

  #kubeletConfig(): Record<string, unknown> {
    const { root } = this.#facts;
    const pki = pathsOf(this.#facts).pki;
    return {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      port: INSIDE.kubelet + this.#number - 1,
      containerRuntimeEndpoint: `unix://${this.#dir}/containerd.sock`,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: `${pki}/ca.crt` },
      },
      authorization: { mode: 'Webhook' },
      tlsCertFile: `${pki}/kubelet.crt`,
      tlsPrivateKeyFile: `${pki}/kubelet.key`,
      cgroupDriver: 'cgroupfs',
      // Two kubelets cannot share a machine's /kubepods.
      cgroupRoot: cgroupsOf(this.#facts, this.#number).pods,
      failSwapOn: false,
      failCgroupV1: false,
      makeIPTablesUtilChains: false,
      resolvConf: join(root, 'resolv.conf'),
      podLogsDir: join(this.#dir, 'logs'),
      healthzPort: 0,
      serializeImagePulls: false,
      registryPullQPS: 0,
      imageGCHighThresholdPercent: 100,
      imageGCLowThresholdPercent: 99,
      evictionHard: {
        'memory.available': '100Mi',
        'nodefs.available': '1%',
        'imagefs.available': '1%',
        'nodefs.inodesFree': '1%',
      },
      evictionPressureTransitionPeriod: '5s',
      nodeStatusUpdateFrequency: '2s',
      nodeLeaseDurationSeconds: 10,
      // The least it takes, so that a test sees a log rotated.
      containerLogMonitorInterval: '3s',
    };
  }
}
