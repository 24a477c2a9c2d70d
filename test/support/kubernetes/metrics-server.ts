/* A stand-in for the metrics-server: what a test says that pods use, for the pods that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { INSIDE, pathsOf } from './facts.ts';
import { readFacts } from './teardown.ts';
import type { Usages } from './test-cluster.ts';

const facts = readFacts(join(process.argv[2] ?? '', 'cluster.json'));
const { pki, adminInside, metrics } = pathsOf(facts);
const config = new KubeConfig();
config.loadFromFile(adminInside);
const core = config.makeApiClient(CoreV1Api);

const API = '/apis/metrics.k8s.io/v1beta1';
const apiVersion = 'metrics.k8s.io/v1beta1';
const DISCOVERY = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: apiVersion,
  resources: [
    {
      name: 'pods',
      singularName: '',
      namespaced: true,
      kind: 'PodMetrics',
      verbs: ['get', 'list'],
    },
  ],
};

/** The body for a path, or null where there is nothing. */
async function answer(path: string, labelSelector: string | null): Promise<object | null> {
  if (path === API) return DISCOVERY;
  const found = /^(?:\/namespaces\/([^/]+))?\/pods(?:\/([^/]+))?$/.exec(path.slice(API.length));
  if (!path.startsWith(API) || found === null) return null;
  const [, namespace, name] = found;
  const selected = labelSelector === null ? {} : { labelSelector };
  const { items } =
    namespace === undefined
      ? await core.listPodForAllNamespaces(selected)
      : await core.listNamespacedPod({ namespace, ...selected });
  const usages = existsSync(metrics) ? (JSON.parse(readFileSync(metrics, 'utf8')) as Usages) : {};
  const measured = items.flatMap((pod) => measure(pod, usages));
  if (name !== undefined) return measured.find((one) => one.metadata.name === name) ?? null;
  return { kind: 'PodMetricsList', apiVersion, metadata: {}, items: measured };
}

/** Only what runs is measured; the first container does all the work. */
function measure(pod: V1Pod, usages: Usages) {
  const { name = '', namespace, labels } = pod.metadata ?? {};
  const usage = Object.entries(usages).find(([prefix]) => name.startsWith(prefix))?.[1];
  if (usage === undefined || pod.status?.phase !== 'Running') return [];
  const idle = { cpu: '0', memory: '0' };
  const containers = (pod.spec?.containers ?? []).map((container, at) => ({
    name: container.name,
    usage: at === 0 ? usage : idle,
  }));
  const timestamp = new Date().toISOString();
  const metadata = { name, namespace, labels };
  return [{ kind: 'PodMetrics', apiVersion, metadata, timestamp, window: '15s', containers }];
}

const tls = {
  cert: readFileSync(join(pki, 'apiserver.crt')),
  key: readFileSync(join(pki, 'apiserver.key')),
};
createServer(tls, (request, response) => {
  const url = new URL(request.url ?? '/', 'https://localhost');
  const send = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure' };
  answer(url.pathname, url.searchParams.get('labelSelector')).then(
    (body) => (body === null ? send(404, { ...status, code: 404 }) : send(200, body)),
    (error: unknown) => send(500, { ...status, code: 500, message: String(error) }),
  );
}).listen(INSIDE.metrics, INSIDE.gateway);
