import { FlotillaError } from '../../domain/errors.ts';
import type { EngineSizes, Size } from '../../domain/resources.ts';
import type { EcsSettings } from './settings.ts';

interface Row {
  cpu: number;
  memory: readonly number[];
}

/** From `from` to `to`, both included. */
function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
}

/** What Fargate has on Linux (Amazon ECS Developer Guide, "Task CPU and memory"). */
const FARGATE: readonly Row[] = [
  { cpu: 256, memory: [512, 1024, 2048] },
  { cpu: 512, memory: range(1024, 4096, 1024) },
  { cpu: 1024, memory: range(2048, 8192, 1024) },
  { cpu: 2048, memory: range(4096, 16_384, 1024) },
  { cpu: 4096, memory: range(8192, 30_720, 1024) },
  { cpu: 8192, memory: range(16_384, 61_440, 4096) },
  { cpu: 16_384, memory: range(32_768, 122_880, 8192) },
];

/** Where nobody asks for anything, as engine eks gives it. */
const DEFAULT_SIZE: Size = { cpu: 256, memory: 512 };
/** The most megabytes that a host may have, as far as this service can say: what a column holds. */
const NO_LIMIT = 2_147_483_647;

/** CPU units (1024 are a vCPU) and MiB of memory that tasks get, by where they run. */
export const SIZES: Readonly<Record<EcsSettings['launchType'], EngineSizes>> = {
  EC2: { byDefault: DEFAULT_SIZE, mostMemory: NO_LIMIT, fit: (asked) => asked, why: '' },
  FARGATE: {
    byDefault: DEFAULT_SIZE,
    mostMemory: FARGATE.at(-1)?.memory.at(-1) ?? 0,
    fit: fargateSize,
    why: 'the smallest size of Fargate that has as much of both',
  },
};

/**
 * The smallest size of Fargate that has as much of both (pure).
 * @throws FlotillaError `rejected` naming the nearest where there is none
 */
export function fargateSize(asked: Size): Size {
  for (const { cpu, memory } of FARGATE) {
    const fitting = cpu < asked.cpu ? undefined : memory.find((mib) => mib >= asked.memory);
    if (fitting !== undefined) return { cpu, memory: fitting };
  }
  const { cpu, memory } = nearest(asked);
  throw new FlotillaError(
    'rejected',
    `Fargate has no size with ${asked.cpu} CPU units and ${asked.memory} MiB: ` +
      `the nearest has ${cpu} and ${memory}`,
  );
}

/** Of one that asks for more than there is, what would fit of it. */
function nearest(asked: Size): Size {
  const largest = FARGATE.at(-1);
  const most = { cpu: largest?.cpu ?? 0, memory: largest?.memory.at(-1) ?? 0 };
  return fargateSize({
    cpu: Math.min(asked.cpu, most.cpu),
    memory: Math.min(asked.memory, most.memory),
  });
}
