import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineKeys, MAP_KEYS } from '../../../conf/engine-keys.ts';
import { LEGACY_KEYS } from '../../../conf/legacy-keys.ts';
import { readConfig, type Loaded } from '../../../conf/load.ts';
import { flatName } from '../../../conf/names.ts';
import { CONFIG_KEYS } from '../../../conf/schema.ts';

const FIXTURES = new URL('../../fixtures/flotilla-os/', import.meta.url);
const DOC = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** Every key of flotilla-os: samples, README and code, at its last commit and in its ECS days. */
const { keys: ORIGINALS } = JSON.parse(readFileSync(new URL('keys.json', FIXTURES), 'utf8')) as {
  keys: { key: string; from: string[] }[];
};

/** What the documentation says each key of the original is now. */
const DOCUMENTED = new Map(
  DOC.slice(DOC.indexOf('## Keys of flotilla-os'))
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .flatMap(([, keys = '', now = '']) =>
      [...keys.matchAll(/`([^`]+)`/g)].map(([, key = '']) => [key, now] as const),
    ),
);

/** The map that a name is a member of. */
function openMapOf(name: string): string | undefined {
  return MAP_KEYS.find((key) => name.startsWith(`${key}_`));
}

/** What the code makes of a key of the original. */
function nowIs(name: string): string | null {
  if (Object.hasOwn(engineKeys, name)) return 'kept for';
  if (CONFIG_KEYS.some((key) => key === name)) return 'kept';
  const legacy = LEGACY_KEYS[name];
  if (legacy !== undefined) {
    return legacy.kind === 'renamed' ? `renamed to \`${legacy.to}\`` : 'obsolete';
  }
  if (openMapOf(name) !== undefined) return 'kept for';
  const section = name.replace(/\*$/, '');
  const isSection = name.endsWith('_*') && CONFIG_KEYS.some((key) => key.startsWith(section));
  return isSection ? 'kept for' : null;
}

test.each(ORIGINALS)('$key ($from) is known, and documented as what it is', ({ key }) => {
  const name = flatName(key);
  const now = nowIs(name);
  expect(now).not.toBeNull();
  const documented =
    DOCUMENTED.get(name) ?? DOCUMENTED.get(`${openMapOf(name)}_*`) ?? 'not documented';
  expect(now === 'kept for' ? documented.slice(0, 8) : documented).toBe(now);
});

test('the documentation has no row for a key that the code does not know', () => {
  expect([...DOCUMENTED.keys()].filter((name) => nowIs(name) === null)).toEqual([]);
  expect(Object.keys(LEGACY_KEYS).filter((name) => !DOCUMENTED.has(name))).toEqual([]);
});

test('no key is both current and legacy, and renamed ones lead to a key', () => {
  for (const [name, legacy] of Object.entries(LEGACY_KEYS)) {
    expect(CONFIG_KEYS).not.toContain(name);
    expect(name).toBe(flatName(name));
    if (legacy.kind === 'renamed') expect(CONFIG_KEYS).toContain(legacy.to);
  }
});

function sample(name: string, environment: Record<string, string> = {}): Loaded {
  const dir = mkdtempSync(join(tmpdir(), 'conf-'));
  try {
    copyFileSync(new URL(name, FIXTURES), join(dir, 'config.yml'));
    return readConfig({ dir, environment });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test('the last sample of flotilla-os works as it is, and says once what changed', () => {
  const { config, warnings } = sample('config-last.yml.txt', { REDIS_ADDRESS: 'redis:6379' });
  expect(config).toMatchObject({
    flotilla_mode: 'test',
    database_url: 'postgresql://flotilla:flotilla@localhost/flotilla?sslmode=disable',
    http_server_listen_address: [':3000'],
    http_server_read_timeout_seconds: 5,
    http_server_cors_allowed_origins: ['http://localhost:3001'],
    default_engine: 'eks',
    eks_clusters: ['clusta', 'cupcake'],
    eks_cluster_default: 'clusta',
    eks_gpu_cluster_default: 'clusta',
    eks_tier_default: '4',
    eks_log_driver_options_awslogs_region: 'us-east-1',
    eks_log_namespace: 'flotilla-eks-namespace',
    metrics_client: ['dogstatsd'],
    metrics_dogstatsd_address: '127.0.0.1:8125',
    metrics_dogstatsd_namespace: 'my.flotilla.namespace',
    metrics_dogstatsd_tags: ['test'],
  });
  const about = warnings.map((text) => /^configuration: (\S+) \((.*?)\)/.exec(text)?.[1]);
  expect(new Set(about).size).toBe(about.length);
  expect(about).toEqual(
    expect.arrayContaining(['queue_namespace', 'execution_engine', 'logs_client']),
  );
  expect(warnings.at(-1)).toBe(
    'configuration: redis_address (environment variable REDIS_ADDRESS) is ignored: ' +
      'workflow ids and rows of Postgres are the locks',
  );
  expect(warnings).toHaveLength(15);
});

test('the nested sample of its ECS days works as it is', () => {
  const { config, warnings } = sample('config-ecs.yml.txt');
  expect(config).toMatchObject({
    default_engine: 'ecs',
    http_server_listen_address: [':3000'],
    http_server_cors_allowed_origins: ['http://localhost:3001'],
    queue_status: 'flotilla-status-updates-dev',
    queue_status_rule: 'flotilla-task-status',
    ecs_log_namespace: 'flotilla-os-logs',
    ecs_log_retention_days: 90,
    ecs_log_driver_options: {
      'awslogs-group': 'flotilla-os-logs',
      'awslogs-stream-prefix': 'flotilla',
      'awslogs-region': 'us-east-1',
    },
  });
  expect(warnings.filter((text) => text.includes('worker.eks.'))).toHaveLength(8);
});

test('a renamed key works under its old name, durations included, and says the new one', () => {
  const { config, warnings } = readConfig({ environment: { WORKER_RETRY_INTERVAL: '1m30s' } });
  expect(config.retry_backoff_seconds).toBe(90);
  expect(warnings).toEqual([
    'configuration: worker_retry_interval (environment variable WORKER_RETRY_INTERVAL) ' +
      'is called retry_backoff_seconds now',
  ]);
});
