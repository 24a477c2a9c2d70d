import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../conf/load.ts';
import { CONFIG_KEYS, type Config } from '../../conf/schema.ts';
import { helm, lint, ofKind, renderedManifests, type Manifest } from '../support/chart.ts';
import { podOf, podsOf } from './pods.ts';
import { skipWithout } from './skip-without.ts';

const answer = await helm();
beforeEach(({ skip }) => skipWithout(answer, skip));

const VALUES = ['least', 'everything'] as const;
/** What a worker spends at its end beyond its grace: it forces after 5 s, then closes connections. */
const WORKER_END_SECONDS = 15;

/** Keys whose readers come with engine eks and the log store on S3; not asked for before. */
const YET_UNREAD = ['eks_in_cluster', 'log_store', 'log_store_s3_bucket'].filter(
  (key) => !CONFIG_KEYS.some((known) => known === key),
);

function configText(chart: readonly Manifest[]): string {
  const [map] = ofKind(chart, 'ConfigMap');
  return (map?.['data'] as Record<string, string> | undefined)?.['config.yml'] ?? '';
}

/** The rendered config.yml as Flotilla reads it. */
function configOf(chart: readonly Manifest[]): Config {
  const dir = mkdtempSync(join(tmpdir(), 'chart-'));
  const isRead = (line: string) => !YET_UNREAD.some((key) => line.startsWith(`${key}:`));
  try {
    writeFileSync(join(dir, 'config.yml'), configText(chart).split('\n').filter(isRead).join('\n'));
    const { config, warnings } = readConfig({ dir, environment: {} });
    expect(warnings).toEqual([]);
    return config;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe.each(VALUES)('with values %s', (values) => {
  test('helm lint finds nothing', async () => {
    const said = await lint({ values });
    expect(said).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(said).not.toMatch(/\[(WARNING|ERROR)\]/);
  });

  test('no container may be root, gain privileges or write into its image', async () => {
    const pods = podsOf(await renderedManifests({ values }));
    expect(pods.map(({ component }) => component)).toEqual(['server', 'worker', 'migrate']);
    for (const { spec, container } of pods) {
      expect(spec.containers).toHaveLength(1);
      expect(spec).toMatchObject({
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(container['securityContext']).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('every mount has its volume, and what Flotilla writes is a volume', async () => {
    for (const { component, spec, container } of podsOf(await renderedManifests({ values }))) {
      const volumes = spec.volumes.map(({ name }) => name);
      expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes);
      const written = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
      const paths = written.map(({ mountPath }) => mountPath);
      expect(paths).toContain('/tmp');
      if (component !== 'migrate') expect(paths).toContain('/var/lib/flotilla/data');
    }
  });

  test('services and disruption budgets select the pods they are for, and no others', async () => {
    const chart = await renderedManifests({ values });
    const selected = [...ofKind(chart, 'Service'), ...ofKind(chart, 'PodDisruptionBudget')].map(
      ({ kind, metadata, ...rest }) => {
        const { selector } = rest['spec'] as { selector: Selector & { matchLabels?: Selector } };
        const labels = Object.entries(selector.matchLabels ?? selector);
        const pods = podsOf(chart).filter((pod) =>
          labels.every(([key, value]) => pod.labels[key] === value),
        );
        return [kind, metadata.name, pods.map(({ component }) => component)];
      },
    );
    expect(selected).toEqual([
      ['Service', 'flotilla', ['server']],
      ['PodDisruptionBudget', 'flotilla-server', ['server']],
      ['PodDisruptionBudget', 'flotilla-worker', ['worker']],
    ]);
  });

  test('a worker is not killed before it has ended by itself', async () => {
    const chart = await renderedManifests({ values });
    const { worker_shutdown_grace_seconds: grace } = configOf(chart);
    const { terminationGracePeriodSeconds: given } = podOf(chart, 'worker').spec;
    expect(given).toBeGreaterThanOrEqual(grace + WORKER_END_SECONDS);
  });

  test('secrets come from the Secret that exists, and are nowhere in the release', async () => {
    const chart = await renderedManifests({ values });
    expect(ofKind(chart, 'Secret')).toEqual([]);
    const name = values === 'least' ? 'flotilla' : 'flotilla-environment';
    for (const { container } of podsOf(chart)) {
      expect(container.env).toEqual([{ name: 'HOME', value: '/tmp' }]);
      expect(container.envFrom).toEqual([{ secretRef: { name } }]);
    }
    const { database_url: url, temporal_api_key: key } = configOf(chart);
    expect([url, key]).toEqual([undefined, undefined]);
  });
});

type Selector = Record<string, string>;

test('with the least, its own cluster runs the jobs and a shared volume has the logs', async () => {
  const chart = await renderedManifests();
  expect(parse(configText(chart))).toEqual({
    data_dir: '/var/lib/flotilla/data',
    eks_clusters: ['default'],
    eks_in_cluster: 'default',
    eks_job_namespace: 'flotilla-jobs',
    http_server_listen_address: '0.0.0.0:3000',
    log_store_dir: '/var/lib/flotilla/logs',
    temporal_address: 'temporal-frontend.temporal:7233',
    worker_shutdown_grace_seconds: 10,
  });
  const [claim] = ofKind(chart, 'PersistentVolumeClaim');
  expect(claim).toMatchObject({
    metadata: { name: 'flotilla-logs', annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: { accessModes: ['ReadWriteMany'] },
  });
  for (const component of ['server', 'worker']) {
    expect(podOf(chart, component).spec.volumes).toContainEqual({
      name: 'logs',
      persistentVolumeClaim: { claimName: 'flotilla-logs' },
    });
  }
});

test('with everything, Flotilla reads what was said, and where kubeconfigs are mounted', async () => {
  const chart = await renderedManifests({ values: 'everything' });
  expect(configOf(chart)).toMatchObject({
    temporal_namespace: 'batch',
    temporal_tls: true,
    http_server_max_body_bytes: 16_777_216,
    eks_clusters: ['here', 'there'],
    eks_cluster_default: 'here',
    eks_job_namespace: 'jobs-a',
    eks_kubeconfig_basepath: '/etc/flotilla-kubeconfigs',
    ecs_log_driver_options: { 'awslogs-region': 'us-east-1' },
  });
  expect(configText(chart)).toContain('log_store: s3\nlog_store_s3_bucket: flotilla-logs\n');
  expect(ofKind(chart, 'PersistentVolumeClaim')).toEqual([]);
  for (const component of ['server', 'worker']) {
    const { spec, container } = podOf(chart, component);
    expect(spec.volumes.map(({ name }) => name)).toEqual(['config', 'data', 'tmp', 'kubeconfigs']);
    expect(container.volumeMounts).toContainEqual({
      name: 'kubeconfigs',
      mountPath: '/etc/flotilla-kubeconfigs',
      readOnly: true,
    });
    expect(container.image).toBe('registry.example.com/flotilla:0.1.0-test');
  }
});

test('an existing claim is used, and none is made', async () => {
  const chart = await renderedManifests({ set: ['logVolume.existingClaim="efs"'] });
  expect(ofKind(chart, 'PersistentVolumeClaim')).toEqual([]);
  expect(podOf(chart, 'worker').spec.volumes).toContainEqual({
    name: 'logs',
    persistentVolumeClaim: { claimName: 'efs' },
  });
});

test('a server is asked for its health under a name that it always serves', async () => {
  const { container } = podOf(await renderedManifests(), 'server');
  expect(container.command).toEqual(['flotilla', 'server', '/etc/flotilla']);
  const health = {
    path: '/api/v6/health',
    port: 'http',
    httpHeaders: [{ name: 'Host', value: 'localhost' }],
  };
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    expect(container[probe]).toMatchObject({ httpGet: health });
  }
});

test('the schema is brought up to date before anything else changes', async () => {
  const chart = await renderedManifests();
  const [job] = ofKind(chart, 'Job');
  expect(job?.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
  const { spec, container } = podOf(chart, 'migrate');
  expect(container.command).toEqual(['flotilla', 'migrate']);
  // Nothing of the release is there yet: no account and no ConfigMap.
  expect(spec.volumes).toEqual([{ name: 'tmp', emptyDir: {} }]);
  expect(ofKind(await renderedManifests({ set: ['migrate.enabled=false'] }), 'Job')).toEqual([]);
});

test('a change of the configuration replaces the pods', async () => {
  const marks = async (set: string[]) =>
    ofKind(await renderedManifests({ set }), 'Deployment').map(
      ({ spec }) => (spec as Marked).template.metadata.annotations['checksum/config'],
    );
  const before = await marks([]);
  expect(await marks([])).toEqual(before);
  expect(await marks(['config.log_level="debug"'])).not.toEqual(before);
});

interface Marked {
  template: { metadata: { annotations: Record<string, string> } };
}
