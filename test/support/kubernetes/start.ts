import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePort } from '../../../dev/ports.ts';
import { grantAccess } from './access.ts';
import { authorityOf, kubeconfigText, makeCertificates } from './certificates.ts';
import { runSync } from '../linux/commands.ts';
import { Components } from '../linux/components.ts';
import { startApi, startControllers } from './control-plane.ts';
import { INSIDE, MOST_NODES, nodeAddress, pathsOf, type ClusterFacts } from './facts.ts';
import { IMAGES, makeImages, PAUSE } from '../linux/images.ts';
import { keep } from '../linux/keep.ts';
import { startLedger } from './ledger.ts';
import { Node } from './node.ts';
import { OwnCluster } from './own-cluster.ts';
import { pushImage, startRegistry } from './registry.ts';
import { tearDown } from './teardown.ts';

/** Without one of its own a bridge takes the least of its ports', and pods lose their gateway when one goes. */
const BRIDGE_MAC = '02:00:0a:58:00:01';

export interface ClusterOptions {
  /** The one binary of Kubernetes: see provision/kubernetes.ts. */
  binary: string;
  /** Of the contexts; several clusters may have the same. */
  name?: string;
  /** 1 to 9; 2 when absent. */
  nodes?: number;
  registry?: boolean;
  /** Of the jobs. */
  namespace?: string;
  apiserverArgs?: string[];
  controllerManagerArgs?: string[];
  /** Over the defaults, in the words of KubeletConfiguration. */
  kubelet?: Record<string, unknown>;
}

/**
 * A Kubernetes on this machine that runs real pods, up in about 10 s; needs root on Linux. Nothing of
 * it can be reached from outside but its API server, on a free port of loopback. It ends with `stop`,
 * or with this process, however that ends.
 */
export async function startCluster(options: ClusterOptions): Promise<OwnCluster> {
  const facts = await prepare(options);
  keep(facts.root, fileURLToPath(new URL('end-cluster.ts', import.meta.url)));
  try {
    await bringUp(facts, options);
  } catch (error) {
    if (process.env['FLOTILLA_TEST_KEEP'] === undefined) await tearDown(facts);
    throw error;
  }
  return new OwnCluster(facts);
}

async function prepare(options: ClusterOptions): Promise<ClusterFacts> {
  const { name = 'test', nodes = 2, namespace = 'flotilla-jobs' } = options;
  if (nodes < 1 || nodes > MOST_NODES) throw new Error(`a cluster has 1 to ${MOST_NODES} nodes`);
  // Short: paths of sockets may have 107 bytes.
  const root = mkdtempSync(join(tmpdir(), 'flotilla-kube-'));
  const facts: ClusterFacts = {
    ...{ name, nodes, namespace, root, id: basename(root), binary: options.binary },
    registry: options.registry ?? false,
    apiPort: await choosePort(0),
    kubelet: options.kubelet ?? {},
  };
  writeFileSync(join(root, 'cluster.json'), JSON.stringify(facts));
  return facts;
}

async function bringUp(facts: ClusterFacts, options: ClusterOptions): Promise<void> {
  const components = new Components(facts.root);
  makeNetwork(facts);
  writeCredentials(facts);
  startApi(facts, components, options.apiserverArgs ?? []);
  startLedger(facts, components);
  if (facts.registry) startRegistry(facts, components);
  const images = makeImages(facts.root, [PAUSE, ...Object.values(IMAGES)]);
  const nodes = Array.from({ length: facts.nodes }, (_, at) => new Node(facts, components, at + 1));
  await Promise.all(
    nodes.map(async (node) => {
      await node.boot();
      for (const image of images) await node.ctr('images', 'import', image);
    }),
  );
  const cluster = new OwnCluster(facts);
  await cluster.apiReady();
  for (const node of nodes) node.startKubelet();
  startControllers(facts, components, options.controllerManagerArgs ?? []);
  const [first] = nodes;
  if (facts.registry && first !== undefined) {
    for (const image of Object.values(IMAGES))
      await pushImage(first, image, image.replace('localhost/', ''));
  }
  await writeRestricted(facts, cluster);
  await cluster.ready();
}

function makeNetwork(facts: ClusterFacts): void {
  const inside = ['-n', facts.id];
  runSync('ip', 'netns', 'add', facts.id);
  runSync('ip', ...inside, 'link', 'set', 'lo', 'up');
  runSync('ip', ...inside, 'link', 'add', INSIDE.bridge, 'address', BRIDGE_MAC, 'type', 'bridge');
  for (let node = 1; node <= facts.nodes; node++)
    runSync('ip', ...inside, 'addr', 'add', `${nodeAddress(node)}/24`, 'dev', INSIDE.bridge);
  runSync('ip', ...inside, 'link', 'set', INSIDE.bridge, 'up');
  const { cni, ipam } = pathsOf(facts);
  mkdirSync(cni);
  const range = { subnet: INSIDE.subnet, rangeStart: INSIDE.firstPod, gateway: INSIDE.gateway };
  const bridge = {
    ...{ type: 'bridge', bridge: INSIDE.bridge, isGateway: true, ipMasq: false, hairpinMode: true },
    ipam: { type: 'host-local', dataDir: ipam, ranges: [[range]], routes: [{ dst: '0.0.0.0/0' }] },
  };
  const network = { cniVersion: '1.0.0', name: 'kube', plugins: [bridge] };
  writeFileSync(join(cni, '10-kube.conflist'), JSON.stringify(network));
  // Pods have no names to ask for, and no way out.
  writeFileSync(join(facts.root, 'resolv.conf'), 'nameserver 127.0.0.1\n');
}

function writeCredentials(facts: ClusterFacts): void {
  const { pki, adminInside, adminOutside } = pathsOf(facts);
  const addresses = Array.from({ length: facts.nodes }, (_, at) => nodeAddress(at + 1));
  const certificates = { inside: addresses, service: INSIDE.firstService };
  const { adminToken: token } = makeCertificates(pki, certificates);
  const admin = { name: facts.name, user: 'admin', token, authority: authorityOf(pki) };
  const write = (file: string, server: string): void =>
    writeFileSync(file, kubeconfigText({ ...admin, server }), { mode: 0o600 });
  write(adminInside, `https://127.0.0.1:${INSIDE.api}`);
  write(adminOutside, `https://127.0.0.1:${facts.apiPort}`);
}

async function writeRestricted(facts: ClusterFacts, cluster: OwnCluster): Promise<void> {
  const { pki, restricted } = pathsOf(facts);
  const kubectl = (args: string[], input?: string): Promise<string> =>
    cluster.kubectlWith(input ?? '', ...args);
  const token = await grantAccess(kubectl, facts.namespace);
  const server = `https://127.0.0.1:${facts.apiPort}`;
  const account = {
    name: facts.name,
    user: 'flotilla',
    token,
    server,
    authority: authorityOf(pki),
  };
  writeFileSync(restricted, kubeconfigText(account), { mode: 0o600 });
}
