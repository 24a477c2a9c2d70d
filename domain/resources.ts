import type { EngineName } from './engine-name.ts';

/**
 * What an attempt is given. Requests are what its cluster reserves, limits what ends or slows it.
 * Null where nobody said anything and the engine has no default.
 */
export interface Resources {
  cpuMillicores: number | null;
  cpuLimitMillicores: number | null;
  /** Megabytes (10^6 bytes). */
  memoryMb: number | null;
  memoryLimitMb: number | null;
  gpu: number;
  ephemeralStorageMb: number | null;
}

/** As a run or a definition says them; 0 counts as not said. */
export interface AskedResources {
  cpu: number | null;
  memory: number | null;
  gpu: number | null;
  ephemeralStorage: number | null;
}

/** What earlier runs of the same command had when they were killed for memory: 99th percentiles. */
export interface History {
  runs: number;
  cpuMillicores: number | null;
  memoryMb: number | null;
}

/** What an earlier attempt of the same run was given; null where that is not on record. */
export interface EarlierAttempt {
  attempt: number;
  memoryMb: number | null;
  oom: boolean;
}

/** Millicores (on ECS, CPU units) and megabytes. */
export interface Size {
  cpu: number;
  memory: number;
}

/** How much attempts get on an engine that has sizes of its own, as its cluster is configured. */
export interface EngineSizes {
  /** Where nobody says anything. */
  byDefault: Size;
  /** The most megabytes that an attempt can get. */
  mostMemory: number;
  /** The smallest with as much of both. @throws FlotillaError `rejected` where there is none */
  fit(asked: Size): Size;
  /** Why that may be more than was asked. */
  why: string;
}

/** What decides how much an attempt gets. */
export interface SizingFacts {
  run: AskedResources;
  definition: AskedResources | null;
  /** Null where history is not to count. */
  history: History | null;
  earlier: readonly EarlierAttempt[];
  /** What memory is multiplied by after an attempt was killed for it; null for staying as it was. */
  oomMemoryFactor: number | null;
  /** Null for an engine that has none of its own. */
  sizes: EngineSizes | null;
}

/** Millicores and megabytes: what run or definition asked for, what was given, and why they differ. */
export interface Sizing {
  askedCpu: number | null;
  askedMemory: number | null;
  givenCpu: number | null;
  givenMemory: number | null;
  /** A sentence for people; null where nothing differs. */
  sizing: string | null;
}

export interface SizedResources {
  resources: Resources;
  sizing: Sizing;
  /** What would be more if the engine gave more. */
  capped: { cpu: boolean; memory: boolean };
}

/** Of flotilla-os (execution/adapter/eks_adapter.go), as is what follows unless it says otherwise. */
const EKS = {
  cpu: { byDefault: 256, least: 256, most: 60_000, mostWithGpu: 94_000, step: 250 },
  memory: { byDefault: 512, least: 512, most: 350_000, mostWithGpu: 376_000 },
  mostEphemeralStorage: 5_000,
};
const HISTORY_FACTOR = { cpu: 1.25, memory: 1.75 };
/** From here to there, in megabytes, cpu is at least an eighth of memory. */
const CPU_FOLLOWS_MEMORY = { from: 36_864, below: 131_072, share: 8 };
/** What a column holds. */
const NO_LIMIT = 2_147_483_647;

/** What people asked for, as an engine without rules of its own gives it. */
export function plainResources(run: AskedResources, definition: AskedResources | null): Resources {
  return resourcesOf({
    cpu: run.cpu || definition?.cpu || null,
    memory: run.memory || definition?.memory || null,
    gpu: gpuOf(run, definition),
    ephemeralStorage: run.ephemeralStorage || definition?.ephemeralStorage || null,
  });
}

/** GPUs of a run: its own word, else its definition's. */
export function gpuOf(
  run: Pick<AskedResources, 'gpu'>,
  definition: Pick<AskedResources, 'gpu'> | null,
): number {
  return run.gpu || definition?.gpu || 0;
}

/** Whether what earlier runs needed counts: asked of the database only then. */
export function heedsHistory(
  engine: EngineName,
  run: AskedResources,
  definition: (AskedResources & { adaptive_resource_allocation: boolean | null }) | null,
): boolean {
  // flotilla-os ignores the switch, and stores null where nobody set it.
  const on = definition?.adaptive_resource_allocation ?? true;
  return engine === 'eks' && on && gpuOf(run, definition) === 0;
}

/** The most megabytes that an attempt on this engine can get. */
export function memoryCeiling(engine: EngineName, gpu: number, sizes: EngineSizes | null): number {
  if (engine !== 'eks') return sizes?.mostMemory ?? NO_LIMIT;
  return gpu > 0 ? EKS.memory.mostWithGpu : EKS.memory.most;
}

/** Megabytes for the attempt after one that was killed for memory; no more than the ceiling. */
export function grownMemory(givenMb: number, factor: number, ceiling: number): number {
  return Math.min(Math.ceil(givenMb * factor), ceiling);
}

/** Millicores that a job of so much memory gets at least, or 0; jobs with GPUs have them anyway. */
export function cpuForMemory(memoryMb: number, gpu: number): number {
  const { from, below, share } = CPU_FOLLOWS_MEMORY;
  return gpu === 0 && memoryMb >= from && memoryMb < below ? Math.floor(memoryMb / share) : 0;
}

/**
 * What an attempt gets, and why that is not what was asked for (pure). Engine eks: defaults, an
 * eighth of the memory as cpu, what history and earlier attempts teach, bounds, cpu in steps. Others
 * give what was asked, and more memory only after an attempt that was killed for it, or because
 * their sizes are so. Unlike in flotilla-os, neither history nor rounding takes away from what was asked.
 * @throws FlotillaError `rejected` when the engine has no size for it
 */
export function attemptResources(engine: EngineName, facts: SizingFacts): SizedResources {
  const asked = plainResources(facts.run, facts.definition);
  const given = quantities(engine, asked, facts);
  return {
    capped: { cpu: given.cpu.capped === true, memory: given.memory.capped === true },
    resources: resourcesOf({
      cpu: given.cpu.value,
      memory: given.memory.value,
      gpu: asked.gpu,
      ephemeralStorage: given.ephemeralStorage.value,
    }),
    sizing: {
      askedCpu: asked.cpuMillicores,
      askedMemory: asked.memoryMb,
      givenCpu: given.cpu.value,
      givenMemory: given.memory.value,
      sizing: sentence([
        ['memory', 'MB', asked.memoryMb, given.memory],
        ['cpu', 'millicores', asked.cpuMillicores, given.cpu],
        ['ephemeral storage', 'MB', asked.ephemeralStorageMb, given.ephemeralStorage],
      ]),
    },
  };
}

function resourcesOf(given: Omit<AskedResources, 'gpu'> & { gpu: number }): Resources {
  return {
    cpuMillicores: given.cpu,
    cpuLimitMillicores: given.cpu,
    memoryMb: given.memory,
    memoryLimitMb: given.memory,
    gpu: given.gpu,
    ephemeralStorageMb: given.ephemeralStorage,
  };
}

/** A number on its way from what was asked to what is given. */
interface Quantity<T extends number | null = number | null> {
  value: T;
  why: string[];
  /** It was to be more than the most. */
  capped?: true;
}

interface Quantities {
  cpu: Quantity;
  memory: Quantity;
  ephemeralStorage: Quantity;
}

function quantities(engine: EngineName, asked: Resources, facts: SizingFacts): Quantities {
  if (engine === 'eks') return eksQuantities(asked, facts);
  return facts.sizes === null
    ? plainQuantities(asked, facts)
    : sizedQuantities(asked, facts, facts.sizes);
}

function sizedQuantities(asked: Resources, facts: SizingFacts, sizes: EngineSizes): Quantities {
  const { byDefault, mostMemory, why } = sizes;
  const cpu = orDefault(asked.cpuMillicores, byDefault.cpu);
  const memory = learned(orDefault(asked.memoryMb, byDefault.memory), facts, mostMemory);
  const size = sizes.fit({ cpu: cpu.value, memory: memory.value });
  return {
    cpu: raised(cpu, size.cpu, why),
    memory: raised(memory, size.memory, why),
    ephemeralStorage: { value: asked.ephemeralStorageMb, why: [] },
  };
}

function plainQuantities(asked: Resources, facts: SizingFacts): Quantities {
  const { memoryMb } = asked;
  return {
    cpu: { value: asked.cpuMillicores, why: [] },
    memory:
      memoryMb === null
        ? { value: null, why: [] }
        : learned({ value: memoryMb, why: [] }, facts, NO_LIMIT),
    ephemeralStorage: { value: asked.ephemeralStorageMb, why: [] },
  };
}

function eksQuantities(asked: Resources, facts: SizingFacts): Quantities {
  const { gpu } = asked;
  const { history } = facts;
  const ceiling = memoryCeiling('eks', gpu, null);
  const base = orDefault(asked.memoryMb, EKS.memory.byDefault);
  const eighth = cpuForMemory(base.value, gpu);
  const baseCpu = raised(
    orDefault(asked.cpuMillicores, EKS.cpu.byDefault),
    eighth,
    'an eighth of the memory',
  );
  const memory = raised(base, scaled(history?.memoryMb, HISTORY_FACTOR.memory), toll(history));
  const cpu = raised(baseCpu, scaled(history?.cpuMillicores, HISTORY_FACTOR.cpu), toll(history));
  const mostCpu = gpu > 0 ? EKS.cpu.mostWithGpu : EKS.cpu.most;
  return {
    memory: within(learned(memory, facts, ceiling), EKS.memory.least, ceiling),
    cpu: inSteps(within(cpu, EKS.cpu.least, mostCpu), asked.cpuMillicores),
    ephemeralStorage:
      asked.ephemeralStorageMb === null
        ? { value: null, why: [] }
        : within({ value: asked.ephemeralStorageMb, why: [] }, 0, EKS.mostEphemeralStorage),
  };
}

function orDefault(asked: number | null, byDefault: number): Quantity<number> {
  return asked === null ? { value: byDefault, why: ['the default'] } : { value: asked, why: [] };
}

function scaled(value: number | null | undefined, factor: number): number {
  return value == null ? 0 : Math.round(value * factor);
}

function toll(history: History | null): string {
  const runs = history?.runs ?? 0;
  const which = runs === 1 ? '1 run of this command was' : `${runs} runs of this command were`;
  return `${which} killed for memory in the last 3 days`;
}

/** What earlier attempts of the run had is kept, and grows after each that was killed for memory. */
function learned(memory: Quantity<number>, facts: SizingFacts, ceiling: number): Quantity<number> {
  return facts.earlier.reduce((grown, { attempt, memoryMb, oom }) => {
    if (memoryMb === null) return grown;
    const kept = raised(grown, memoryMb, `as attempt ${attempt} had`);
    if (!oom || facts.oomMemoryFactor === null) return kept;
    const next = grownMemory(memoryMb, facts.oomMemoryFactor, ceiling);
    return raised(kept, next, `attempt ${attempt} was killed for memory`);
  }, memory);
}

function raised(quantity: Quantity<number>, to: number, why: string): Quantity<number> {
  return to > quantity.value ? { value: to, why: [...quantity.why, why] } : quantity;
}

function within(quantity: Quantity<number>, least: number, most: number): Quantity<number> {
  const { value, why } = raised(quantity, least, 'the least that engine eks gives');
  if (value <= most) return { value, why };
  return { value: most, why: [...why, 'the most that engine eks gives'], capped: true };
}

/** To the nearest step, as in flotilla-os, but never below what was asked or the least there is. */
function inSteps(cpu: Quantity<number>, asked: number | null): Quantity<number> {
  const { step, least } = EKS.cpu;
  const floor = Math.min(Math.max(asked ?? 0, least), cpu.value);
  const value = Math.max(Math.round(cpu.value / step) * step, floor);
  return value === cpu.value ? cpu : { ...cpu, value, why: [...cpu.why, `in steps of ${step}`] };
}

type Difference = [name: string, unit: string, asked: number | null, given: Quantity];

function sentence(all: readonly Difference[]): string | null {
  const said = all
    .filter(([, , asked, given]) => asked !== given.value)
    .map(([name, unit, asked, given]) => {
      const was = asked === null ? 'none' : `${asked} ${unit}`;
      return `${name} ${given.value} ${unit} (asked: ${was}): ${given.why.join(', ')}`;
    });
  return said.length === 0 ? null : said.join('; ');
}
