import { expect, test } from 'vitest';
import { tellSizing } from '../../../activities/tell-sizing.ts';
import { METRICS, type Metric, type Metrics } from '../../../domain/metrics.ts';
import { attemptResources, type History, type SizingFacts } from '../../../domain/resources.ts';
import type { Engine } from '../../../engines/engine.ts';
import { SILENT } from '../../../domain/telemetry.ts';

interface Asked {
  memory?: number;
  gpu?: number;
  hash?: string | null;
  ara?: boolean | null;
  history?: History | null;
  engine?: 'eks' | 'local';
}

/** What is told of an attempt: names of flotilla-os without their beginning, and values. */
function told({
  memory = 1000,
  gpu = 0,
  hash = 'h',
  ara = null,
  history = null,
  engine = 'eks',
}: Asked) {
  const counted: Record<string, number> = {};
  const keep = (name: Metric, value: number): void => {
    counted[(METRICS[name].dogstatsd ?? name).replace('engine.eks.ara.', '')] = value;
  };
  const metrics: Metrics = {
    on: true,
    count: (name, labels) => {
      expect(labels).toEqual({ engine: 'eks', cluster: 'clusta' });
      keep(name, 1);
    },
    observe: (name, value) => keep(name, value),
  };
  const asked = { cpu: 1000, memory, gpu, ephemeralStorage: null };
  const facts: SizingFacts = {
    run: asked,
    definition: null,
    history,
    earlier: [],
    oomMemoryFactor: null,
    sizes: null,
  };
  const deps = {
    cluster: 'clusta',
    engine: { name: engine } as Engine,
    telemetry: { ...SILENT, metrics },
  };
  const definition = { adaptive_resource_allocation: ara };
  const found = { run: { ...asked, commandHash: hash }, definition };
  tellSizing(
    deps,
    found as Parameters<typeof tellSizing>[1],
    facts,
    attemptResources(engine, facts),
  );
  return counted;
}

const FINAL = { final_memory_mb: 1000, final_cpu_millicores: 1000 };

test('an attempt whose command has no history is counted as such', () => {
  expect(told({})).toEqual({ ...FINAL, estimation_attempted: 1, no_historical_data: 1 });
});

test('what history adds is counted, as ratio and as difference', () => {
  expect(told({ history: { runs: 2, cpuMillicores: 1000, memoryMb: 1000 } })).toEqual({
    final_memory_mb: 1750,
    final_cpu_millicores: 1250,
    estimation_attempted: 1,
    estimation_succeeded: 1,
    resource_adjustment: 1,
    memory_increase_ratio: 1.75,
    cpu_increase_ratio: 1.25,
    default_memory: 1000,
    ara_memory: 1750,
    default_cpu: 1000,
    ara_cpu: 1250,
    memory_increase: 750,
    cpu_increase: 250,
  });
});

test('history that asks for no more changes nothing', () => {
  const counted = told({ history: { runs: 1, cpuMillicores: 100, memoryMb: 100 } });
  expect(counted).not.toHaveProperty('resource_adjustment');
  expect(counted).toMatchObject({ estimation_succeeded: 1, ara_memory: 1000 });
});

test('more than the most is counted', () => {
  expect(told({ history: { runs: 1, cpuMillicores: 100, memoryMb: 300_000 } })).toMatchObject({
    hit_max_memory: 1,
    final_memory_mb: 350_000,
  });
});

test.each([
  ['without a command', { hash: null }, { ...FINAL, null_command_hash: 1 }],
  ['with GPUs', { gpu: 1 }, FINAL],
  ['switched off', { ara: false }, FINAL],
  ['of another engine', { engine: 'local' as const }, {}],
])('an attempt %s', (_, asked, expected) => {
  expect(told(asked)).toEqual(expected);
});
