import { describe, expect, test } from 'vitest';
import {
  attemptResources,
  cpuForMemory,
  heedsHistory,
  plainResources,
  type AskedResources,
  type EngineSizes,
  type SizingFacts,
} from '../../../domain/resources.ts';

const NOTHING: AskedResources = { cpu: null, memory: null, gpu: null, ephemeralStorage: null };
const asked = (some: Partial<AskedResources>): AskedResources => ({ ...NOTHING, ...some });

function size(engine: 'ecs' | 'eks' | 'local', more: Partial<SizingFacts>) {
  const facts = { run: NOTHING, definition: null, history: null, earlier: [], sizes: null };
  return attemptResources(engine, { ...facts, oomMemoryFactor: null, ...more });
}

/** Millicores and megabytes that engine eks gives. */
function given(more: Partial<SizingFacts>): [number | null, number | null] {
  const { resources } = size('eks', more);
  expect(resources.cpuLimitMillicores).toBe(resources.cpuMillicores);
  expect(resources.memoryLimitMb).toBe(resources.memoryMb);
  return [resources.cpuMillicores, resources.memoryMb];
}

describe('engine eks gives', () => {
  test.each<[string, Partial<AskedResources>, Partial<AskedResources> | null, number, number]>([
    ['its defaults where nobody says anything', {}, null, 256, 512],
    ['its defaults for zero', { cpu: 0, memory: 0 }, { cpu: 0, memory: 0 }, 256, 512],
    ['what the definition says', {}, { cpu: 1000, memory: 2000 }, 1000, 2000],
    ['what the run says, before that', { memory: 900 }, { cpu: 1000, memory: 2000 }, 1000, 900],
    ['no less than there is', { cpu: 1, memory: 1 }, null, 256, 512],
    ['no more than there is', { cpu: 99_999, memory: 999_999 }, null, 60_000, 350_000],
    ['more with a GPU', { cpu: 99_999, memory: 999_999, gpu: 1 }, null, 94_000, 376_000],
    ['more with a GPU of the definition', { cpu: 99_999 }, { gpu: 2 }, 94_000, 512],
    ['cpu to the nearest step', { cpu: 1200, memory: 512 }, null, 1250, 512],
    ['never less cpu than was asked', { cpu: 1100, memory: 512 }, null, 1100, 512],
    ['never less cpu than the least there is', { cpu: 256, memory: 512 }, null, 256, 512],
    ['cpu by memory, from 36864 MB on', { cpu: 1000, memory: 36_864 }, null, 4500, 36_864],
    ['cpu as asked below that', { cpu: 1000, memory: 36_863 }, null, 1000, 36_863],
    ['cpu as asked from 131072 MB on', { cpu: 1000, memory: 131_072 }, null, 1000, 131_072],
    ['cpu as asked where that is more', { cpu: 8000, memory: 40_000 }, null, 8000, 40_000],
    [
      'cpu as asked with GPUs of the run',
      { cpu: 1000, memory: 40_000, gpu: 1 },
      null,
      1000,
      40_000,
    ],
  ])('%s: %j, %j', (_, run, definition, cpu, memory) => {
    const facts = { run: asked(run), definition: definition === null ? null : asked(definition) };
    expect(given(facts)).toEqual([cpu, memory]);
  });

  test('GPUs and at most 5000 MB of disk, of the run or else of the definition', () => {
    const definition = asked({ gpu: 2, ephemeralStorage: 3000 });
    expect(size('eks', { definition }).resources).toMatchObject({
      gpu: 2,
      ephemeralStorageMb: 3000,
    });
    const run = asked({ gpu: 1, ephemeralStorage: 9000 });
    const sized = size('eks', { run, definition });
    expect(sized.resources).toMatchObject({ gpu: 1, ephemeralStorageMb: 5000 });
    expect(sized.sizing.sizing).toContain(
      'ephemeral storage 5000 MB (asked: 9000 MB): the most that engine eks gives',
    );
  });
});

describe('history', () => {
  const run = asked({ cpu: 1000, memory: 1000 });
  const history = (cpuMillicores: number | null, memoryMb: number | null) => ({
    runs: 2,
    cpuMillicores,
    memoryMb,
  });

  test('of runs killed for memory gives more, and says so', () => {
    const sized = size('eks', { run, history: history(1000, 1000) });
    expect(sized.resources).toMatchObject({ cpuMillicores: 1250, memoryMb: 1750 });
    const why = '2 runs of this command were killed for memory in the last 3 days';
    expect(sized.sizing).toEqual({
      askedCpu: 1000,
      askedMemory: 1000,
      givenCpu: 1250,
      givenMemory: 1750,
      sizing: `memory 1750 MB (asked: 1000 MB): ${why}; cpu 1250 millicores (asked: 1000 millicores): ${why}`,
    });
  });

  test.each([
    ['never takes away from what was asked', history(100, 100), [1000, 1000]],
    ['counts where it is known', history(null, 2000), [1000, 3500]],
    ['ends at the bounds', history(90_000, 300_000), [60_000, 350_000]],
  ])('%s', (_, known, expected) => {
    expect(given({ run, history: known })).toEqual(expected);
  });

  test.each([
    ['eks', NOTHING, null, true],
    ['eks', NOTHING, { ...NOTHING, adaptive_resource_allocation: null }, true],
    ['eks', NOTHING, { ...NOTHING, adaptive_resource_allocation: true }, true],
    ['eks', NOTHING, { ...NOTHING, adaptive_resource_allocation: false }, false],
    ['eks', asked({ gpu: 1 }), null, false],
    ['eks', NOTHING, { ...asked({ gpu: 1 }), adaptive_resource_allocation: true }, false],
    ['local', NOTHING, null, false],
  ] as const)('is heeded by %s for %j, %j: %j', (engine, one, definition, heeded) => {
    expect(heedsHistory(engine, one, definition)).toBe(heeded);
  });
});

describe('after an attempt that was killed for memory', () => {
  const run = asked({ cpu: 500, memory: 512 });
  const first = { attempt: 1, memoryMb: 512, oom: true };

  test.each(['eks', 'local'] as const)('the next one has more on engine %s', (engine) => {
    const sized = size(engine, { run, earlier: [first], oomMemoryFactor: 1.75 });
    expect(sized.resources).toMatchObject({ memoryMb: 896, memoryLimitMb: 896 });
    expect(sized.sizing.sizing).toBe(
      'memory 896 MB (asked: 512 MB): attempt 1 was killed for memory',
    );
  });

  test('it stays as it was where nobody wants more', () => {
    expect(given({ run, earlier: [first] })).toEqual([500, 512]);
  });

  test('what it grew to is kept after a preemption', () => {
    const preempted = { attempt: 2, memoryMb: 896, oom: false };
    const facts = { run, earlier: [first, preempted], oomMemoryFactor: 1.75 };
    expect(given(facts)).toEqual([500, 896]);
    const again = { attempt: 3, memoryMb: 896, oom: true };
    expect(given({ ...facts, earlier: [...facts.earlier, again] })).toEqual([500, 1568]);
  });

  test('it grows to the bound and no further', () => {
    const earlier = [{ attempt: 1, memoryMb: 300_000, oom: true }];
    expect(given({ run, earlier, oomMemoryFactor: 1.75 })).toEqual([500, 350_000]);
  });

  test('an attempt of which nothing is on record changes nothing', () => {
    const earlier = [{ attempt: 1, memoryMb: null, oom: true }];
    expect(given({ run, earlier, oomMemoryFactor: 1.75 })).toEqual([500, 512]);
  });
});

test('other engines give what was asked, and nothing differs', () => {
  const definition = asked({ memory: 100, ephemeralStorage: 9000 });
  const sized = size('local', { run: asked({ cpu: 1 }), definition });
  expect(sized.resources).toEqual(plainResources(asked({ cpu: 1 }), definition));
  expect(sized.resources).toMatchObject({ cpuMillicores: 1, memoryMb: 100, gpu: 0 });
  expect(sized.sizing).toEqual({
    askedCpu: 1,
    askedMemory: 100,
    givenCpu: 1,
    givenMemory: 100,
    sizing: null,
  });
  expect(size('local', {}).sizing.givenMemory).toBeNull();
});

describe('an engine with sizes of its own gives', () => {
  const sizes: EngineSizes = {
    byDefault: { cpu: 256, memory: 512 },
    mostMemory: 4096,
    fit: ({ cpu, memory }) => ({ cpu, memory: Math.ceil(memory / 1024) * 1024 }),
    why: 'in gigabytes',
  };
  const sized = (more: Partial<SizingFacts>) => size('ecs', { sizes, ...more }).sizing;

  test('the size that its default has', () => {
    expect(sized({})).toEqual({
      askedCpu: null,
      askedMemory: null,
      givenCpu: 256,
      givenMemory: 1024,
      sizing:
        'memory 1024 MB (asked: none): the default, in gigabytes; ' +
        'cpu 256 millicores (asked: none): the default',
    });
  });

  test('what was asked, where there is such a size', () => {
    expect(sized({ run: asked({ cpu: 512, memory: 2048 }) })).toMatchObject({
      givenCpu: 512,
      givenMemory: 2048,
      sizing: null,
    });
  });

  test('more after an attempt that was killed for memory, though nobody asked for any', () => {
    const earlier = [{ attempt: 1, memoryMb: 1024, oom: true }];
    expect(sized({ earlier, oomMemoryFactor: 1.75 }).givenMemory).toBe(2048);
    const most = [{ attempt: 1, memoryMb: 4000, oom: true }];
    expect(sized({ earlier: most, oomMemoryFactor: 1.75 }).givenMemory).toBe(4096);
  });
});

test('cpu follows memory in one range only, and not with GPUs', () => {
  expect(cpuForMemory(36_863, 0)).toBe(0);
  expect(cpuForMemory(131_071, 0)).toBe(16_383);
  expect(cpuForMemory(131_072, 0)).toBe(0);
  expect(cpuForMemory(40_000, 1)).toBe(0);
});
