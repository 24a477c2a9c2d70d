import { join } from 'node:path';
import { makeProcessGroup } from '../linux/cgroups.ts';
import type { Components } from '../linux/components.ts';
import { cgroupsOf, INSIDE, netOf, pathsOf, type ClusterFacts } from './facts.ts';

export interface ControlPlaneArgs {
  apiserver: string[];
  controllerManager: string[];
}

/** A lost node is noticed in seconds, and a controller's requests never wait for a quota. */
const CONTROLLER_MANAGER = [
  '--node-monitor-grace-period=12s',
  '--node-monitor-period=1s',
  '--kube-api-qps=200',
  '--kube-api-burst=400',
];

/** etcd and the API server, and its one door to the outside. */
export function startApi(facts: ClusterFacts, components: Components, more: string[]): void {
  const inside = {
    cgroup: makeProcessGroup(cgroupsOf(facts).programs),
    net: netOf(facts),
  };
  const etcd = `http://127.0.0.1:${INSIDE.etcd}`;
  const peer = `http://127.0.0.1:${INSIDE.etcdPeer}`;
  const database = [
    ...['--name=k', `--data-dir=${join(facts.root, 'etcd')}`, '--log-level=warn'],
    // No test pulls the plug of the machine.
    '--unsafe-no-fsync',
    ...[`--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`],
    ...[`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`],
    `--initial-cluster=k=${peer}`,
  ];
  components.start('etcd', [facts.binary, 'etcd', ...database], inside);
  const api = [...apiserverArgs(facts, etcd), ...more];
  components.start('apiserver', [facts.binary, 'apiserver', ...api], inside);
  const socket = join(facts.root, 'api.sock');
  const doorstep = [
    `UNIX-LISTEN:${socket},fork,mode=600,unlink-early`,
    `TCP:127.0.0.1:${INSIDE.api}`,
  ];
  components.start('doorstep', ['socat', ...doorstep], inside);
  const listen = `TCP-LISTEN:${facts.apiPort},bind=127.0.0.1,reuseaddr,fork`;
  components.start('door', ['socat', listen, `UNIX-CONNECT:${socket}`], { cgroup: inside.cgroup });
}

function apiserverArgs(facts: ClusterFacts, etcd: string): string[] {
  const pki = pathsOf(facts).pki;
  return [
    `--etcd-servers=${etcd}`,
    ...['--bind-address=0.0.0.0', `--advertise-address=${INSIDE.gateway}`],
    `--secure-port=${INSIDE.api}`,
    ...[`--tls-cert-file=${pki}/apiserver.crt`, `--tls-private-key-file=${pki}/apiserver.key`],
    ...[`--client-ca-file=${pki}/ca.crt`, `--token-auth-file=${pki}/tokens.csv`],
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--service-cluster-ip-range=${INSIDE.services}`,
    ...['--allow-privileged=true', '--profiling=false', '--event-ttl=2h'],
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    `--kubelet-client-certificate=${pki}/kubelet-client.crt`,
    `--kubelet-client-key=${pki}/kubelet-client.key`,
    '--kubelet-preferred-address-types=InternalIP',
    // There is no kube-proxy: what stands behind an APIService is reached at its endpoints.
    '--enable-aggregator-routing=true',
  ];
}

/** What makes pods of Jobs and finds nodes for them. */
export function startControllers(
  facts: ClusterFacts,
  components: Components,
  more: string[],
): void {
  const inside = { cgroup: makeProcessGroup(cgroupsOf(facts).programs), net: netOf(facts) };
  const pki = pathsOf(facts).pki;
  const common = [
    `--kubeconfig=${pathsOf(facts).adminInside}`,
    ...['--leader-elect=false', '--bind-address=127.0.0.1', '--profiling=false'],
  ];
  const manager = [
    ...[...common, '--use-service-account-credentials=true'],
    `--service-account-private-key-file=${pki}/sa.key`,
    `--root-ca-file=${pki}/ca.crt`,
    ...[`--cluster-signing-cert-file=${pki}/ca.crt`, `--cluster-signing-key-file=${pki}/ca.key`],
    ...[...CONTROLLER_MANAGER, ...more],
  ];
  const name = 'controller-manager';
  components.start(name, [facts.binary, name, ...manager], inside);
  components.start('scheduler', [facts.binary, 'scheduler', ...common], inside);
}
