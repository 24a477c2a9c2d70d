import { expect, test } from 'vitest';
import { FlotillaError } from '../../../domain/errors.ts';
import { route, type RoutableCluster } from '../../../domain/routing.ts';

const DEFAULTS = { clusterDefault: 'a', gpuClusterDefault: 'g', engineDefault: 'eks' };
const REQUEST = { cluster: null, engine: null, tier: '4', gpu: 0, targetCluster: null };

function cluster(name: string, more: Partial<RoutableCluster> = {}): RoutableCluster {
  return { name, status: 'active', engine: 'local', allowedTiers: [], ...more };
}
const CLUSTERS = [cluster('a'), cluster('b'), cluster('g')];

function field(work: () => unknown): string | null {
  try {
    work();
  } catch (error) {
    if (error instanceof FlotillaError) return error.field;
    throw error;
  }
  return 'nothing was thrown';
}

test('the cluster of the request comes first', () => {
  expect(route({ ...REQUEST, cluster: 'b', targetCluster: 'g' }, CLUSTERS, DEFAULTS)).toEqual({
    cluster: 'b',
    engine: 'local',
  });
});

test('then a random active cluster that allows the tier', () => {
  const tiered = [
    ...CLUSTERS,
    cluster('t1', { allowedTiers: ['4'] }),
    cluster('t2', { allowedTiers: ['4', '1'] }),
    cluster('t3', { allowedTiers: ['4'], status: 'maintenance' }),
  ];
  const drawn = [0, 0.49, 0.5, 0.99].map(
    (random) => route({ ...REQUEST, targetCluster: 'b' }, tiered, DEFAULTS, random).cluster,
  );
  expect(drawn).toEqual(['t1', 't1', 't2', 't2']);
});

test("then the definition's, the default for GPUs, the default", () => {
  const names = [{ targetCluster: 'b' }, { gpu: 1 }, {}].map(
    (more) => route({ ...REQUEST, ...more }, CLUSTERS, DEFAULTS).cluster,
  );
  expect(names).toEqual(['b', 'g', 'a']);
});

test('a cluster that is not known is a mistake in `cluster`', () => {
  expect(field(() => route({ ...REQUEST, cluster: 'x' }, CLUSTERS, DEFAULTS))).toBe('cluster');
});

test('an engine that is not the cluster’s, or none of ours, is a mistake in `engine`', () => {
  expect(field(() => route({ ...REQUEST, engine: 'bogus' }, CLUSTERS, DEFAULTS))).toBe('engine');
  const eks = [cluster('a', { engine: null })];
  expect(field(() => route({ ...REQUEST, engine: 'local' }, eks, DEFAULTS))).toBe('engine');
});
