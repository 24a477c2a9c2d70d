import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { isMap, isScalar, parseDocument } from 'yaml';
import { MAP_KEYS } from '../../conf/engine-keys.ts';
import { CONFIG_KEYS } from '../../conf/schema.ts';
import { maskValue } from '../../conf/secrets.ts';
import { CHART_DIR, helm, renderedManifests } from '../support/chart.ts';
import { skipWithout } from './skip-without.ts';

const answer = await helm();

function file(name: string): string {
  return readFileSync(join(CHART_DIR, name), 'utf8');
}

describe('what is refused', () => {
  beforeEach(({ skip }) => skipWithout(answer, skip));

  test.each([
    ['server.replicas="two"', "'/server/replicas'", 'want integer'],
    ['worker.replica=1', "'/worker'", "'replica' not allowed"],
    ['imagePullPolicy="Always"', "at ''", "'imagePullPolicy' not allowed"],
    ['image.pullPolicy="Sometimes"', "'/image/pullPolicy'", "'IfNotPresent'"],
    ['jobNamespaces=[]', "'/jobNamespaces'", 'minItems'],
    ['jobNamespaces=["Jobs"]', "'/jobNamespaces/0'", 'pattern'],
    ['rbac.nodes="no"', "'/rbac/nodes'", 'want boolean'],
    ['runAsUser=0', "'/runAsUser'", 'minimum'],
    ['logVolume.size="much"', "'/logVolume/size'", 'pattern'],
    ['podDisruptionBudget.maxUnavailable=0', "'/podDisruptionBudget/maxUnavailable'", 'minimum'],
    ['config.worker_shutdown_grace_seconds="1m"', "'/config/worker_shutdown_grace_seconds'", 'int'],
    ['config.temporal={"address":"a:1"}', "'/config/temporal'", 'got object'],
    ['config.eks_clusters="a,b"', "'/config/eks_clusters'", 'want array'],
    ['image.repository=""', 'image.repository', 'no image is published yet'],
    ['existingSecret=""', 'existingSecret', 'DATABASE_URL'],
    ['config.temporal_address=""', 'config.temporal_address', 'host:port'],
    ['config.database_url="postgres://a"', 'config.database_url', 'put DATABASE_URL into'],
    ['config.temporal_api_key="abc"', 'config.temporal_api_key', 'put TEMPORAL_API_KEY into'],
    ['config.data_dir="/data"', 'config.data_dir', 'set by the chart'],
  ])('%s, by its name', async (set, name, why) => {
    const refusal = renderedManifests({ set: [set] });
    await expect(refusal).rejects.toThrow(name);
    await expect(refusal).rejects.toThrow(why);
  });

  test('every key that Flotilla itself would mask', async () => {
    const secret = CONFIG_KEYS.filter((key) => maskValue(key, 'abc') !== 'abc');
    expect(secret).toContain('temporal_api_key');
    for (const key of secret) {
      const refusal = renderedManifests({ set: [`config.${key}="abc"`] });
      await expect(refusal).rejects.toThrow(`config.${key} is a secret`);
    }
  });
});

test('the schema knows every value, and the maps of the configuration', () => {
  const schema = JSON.parse(file('values.schema.json')) as Schema;
  const known = pathsOfSchema(schema, schema);
  const given = pathsOfValues(file('values.yaml'));
  expect(given.filter((path) => !known.has(path))).toEqual([]);
  const config = Object.entries(schema.properties?.['config']?.properties ?? {});
  const maps = config.filter(([, value]) => value.$ref === '#/definitions/texts');
  expect(maps.map(([key]) => key).toSorted()).toEqual([...MAP_KEYS].toSorted());
});

test('the README of the chart has a row for every value', () => {
  const rows = [...file('README.md').matchAll(/^\| `([^`]+)` /gm)].map(([, path]) => path);
  expect(rows).toEqual(pathsOfValues(file('values.yaml')));
});

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
}

function pathsOfSchema(schema: Schema, root: Schema, prefix = ''): Set<string> {
  const entries = Object.entries(schema.properties ?? {}).flatMap(([key, given]) => {
    const value = root.definitions?.[given.$ref?.split('/').at(-1) ?? ''] ?? given;
    return [`${prefix}${key}`, ...pathsOfSchema(value, root, `${prefix}${key}.`)];
  });
  return new Set(entries);
}

/** Two levels at most; an empty or inline map is a value. */
function pathsOfValues(yaml: string): string[] {
  const { contents } = parseDocument(yaml);
  return isMap(contents) ? pathsOfMap(contents) : [];
}

function pathsOfMap(map: { items: { key: unknown; value: unknown }[] }, prefix = ''): string[] {
  return map.items.flatMap(({ key, value }) => {
    const path = `${prefix}${isScalar(key) ? String(key.value) : ''}`;
    const isNested = prefix === '' && isMap(value) && value.items.length > 0;
    return isNested ? pathsOfMap(value, `${path}.`) : [path];
  });
}
