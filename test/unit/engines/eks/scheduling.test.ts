import { expect, test } from 'vitest';
import { scheduling, sizeOf } from '../../../../engines/eks/scheduling.ts';
import type { AttemptSpec } from '../../../../engines/engine.ts';
import { attemptSpec } from '../../../support/attempt-spec.ts';

const OF = attemptSpec('true').resources;
const GPU = { resources: { ...OF, gpu: 1 } };
const TEAM = { labels: { team: 'data' } };
const ofSize = (cpuMillicores: number, memoryMb: number): Partial<AttemptSpec> => ({
  ...TEAM,
  resources: { ...OF, cpuMillicores, memoryMb },
});
const SHARED = { capabilities: ['shared-pool'] };
const SIZING = { capabilities: ['pool-sizing'] };

/** As `key=value|value` for nodes and `key=value` for tolerations. */
function placed(more: Partial<AttemptSpec>, karpenter = false): string[][] {
  const { nodes, tolerations } = scheduling(attemptSpec('true', more), karpenter);
  expect(nodes.every(({ operator }) => operator === 'In')).toBe(true);
  expect(tolerations.every(({ effect }) => effect === 'NoSchedule')).toBe(true);
  return [
    nodes.map(({ key, values = [] }) => `${key}=${values.join('|')}`),
    tolerations.map(({ key, value }) => `${key}=${value}`),
  ];
}

const AMD = 'kubernetes.io/arch=amd64';
const CAPACITY = 'karpenter.sh/capacity-type';

test.each([
  ['nothing said', {}, [AMD], []],
  ['arm64', { arch: 'arm64' }, ['kubernetes.io/arch=arm64'], []],
  ['another architecture', { arch: 'riscv' }, [AMD], []],
  ['a GPU', GPU, [AMD], ['nvidia.com/gpu=true']],
  ['a GPU of a team', { ...GPU, ...TEAM }, [AMD], ['nvidia.com/gpu=true']],
  ['a team', TEAM, [AMD, 'team=data'], ['data=true']],
  ['a team without a name', { labels: { team: '' } }, [AMD], []],
  [
    'a team whose job waits for data',
    { labels: { team: 'data', kube_task_type: 'wait_for_data' } },
    [AMD],
    [],
  ],
  [
    'a team whose name no node could have',
    { labels: { team: 'Data & Co/x' } },
    [AMD, 'team=data_co_x'],
    ['data_co_x=true'],
  ],
  [
    'a team with a slash',
    { labels: { team: 'data/eng' } },
    [AMD, 'team=data_eng'],
    ['data_eng=true'],
  ],
  [
    'a team in a shared pool',
    { ...TEAM, ...SHARED },
    [AMD, 'flotilla-pool=standard'],
    ['flotilla-pool=standard'],
  ],
  [
    'a middling job in a shared pool',
    { ...ofSize(3_000, 100), ...SHARED },
    [AMD, 'flotilla-pool=standard'],
    ['flotilla-pool=standard'],
  ],
  [
    'a large job in a shared pool',
    { ...ofSize(1_000, 100_000), ...SHARED },
    [AMD, 'flotilla-pool=large'],
    ['flotilla-pool=large'],
  ],
  [
    'a huge job in a shared pool',
    { ...ofSize(30_000, 100), ...SHARED },
    [AMD, 'flotilla-pool=xl'],
    ['flotilla-pool=xl'],
  ],
  [
    'a job of a team with pools by size',
    { ...ofSize(14_000, 100), ...SIZING },
    [AMD, 'team=data', 'flotilla-pool=l'],
    ['data=true', 'flotilla-pool=l'],
  ],
  [
    'both kinds of pools',
    { ...TEAM, capabilities: ['pool-sizing', 'shared-pool'] },
    [AMD, 'flotilla-pool=standard'],
    ['flotilla-pool=standard'],
  ],
  ['no team in a shared pool', SHARED, [AMD], []],
])('%s: nodes and tolerations are those of flotilla-os', (_, more, nodes, tolerations) => {
  expect(placed(more)).toEqual([nodes, tolerations]);
});

test.each([
  [{ nodeLifecycle: 'spot' as const }, 'spot|on-demand'],
  [{ nodeLifecycle: 'ondemand' as const }, 'on-demand'],
  [{ nodeLifecycle: 'spot' as const, ...GPU }, 'on-demand'],
])('where nodes say what they are, %j goes to %s', (more, types) => {
  expect(placed(more, true)[0]).toContain(`${CAPACITY}=${types}`);
  expect(placed(more, false)[0]?.join()).not.toContain(CAPACITY);
});

test.each([
  [0, 0, 's'],
  [2_999, 23_999, 's'],
  [3_000, 0, 'm'],
  [0, 24_000, 'm'],
  [14_000, 0, 'l'],
  [0, 100_000, 'l'],
  [30_000, 0, 'xl'],
  [0, 234_000, 'xl'],
] as const)('%i millicores and %i MB are of size %s', (cpu, memory, size) => {
  expect(sizeOf(cpu, memory)).toBe(size);
});
