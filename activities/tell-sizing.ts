import {
  attemptResources,
  heedsHistory,
  type SizedResources,
  type SizingFacts,
} from '../domain/resources.ts';
import type { Launch } from '../db/launch.ts';
import type { EngineDeps } from './engine-deps.ts';

type Deps = Pick<EngineDeps, 'cluster' | 'engine' | 'telemetry'>;

/** Counts what history made of an attempt's resources, of engine eks as in flotilla-os. */
export function tellSizing(
  deps: Deps,
  found: Pick<Launch, 'run' | 'definition'>,
  facts: SizingFacts,
  sized: SizedResources,
): void {
  const { metrics } = deps.telemetry;
  if (!metrics.on || deps.engine.name !== 'eks') return;
  const labels = labelsOf(deps);
  if (heedsHistory('eks', found.run, found.definition)) tellHistory(deps, found, facts);
  metrics.observe('araFinalMemory', sized.resources.memoryMb ?? 0, labels);
  metrics.observe('araFinalCpu', sized.resources.cpuMillicores ?? 0, labels);
  if (sized.capped.memory) metrics.count('araMaxMemory', labels);
  if (sized.capped.cpu) metrics.count('araMaxCpu', labels);
}

export function tellHistoryFailed(deps: Deps): void {
  const { metrics } = deps.telemetry;
  metrics.count('araAttempted', labelsOf(deps));
  metrics.count('araFailed', labelsOf(deps));
}

function labelsOf({ cluster, engine }: Deps) {
  return { engine: engine.name, cluster };
}

/** Of the run's first sizes: what its own earlier attempts taught is not history's. */
function tellHistory(deps: Deps, found: Pick<Launch, 'run'>, facts: SizingFacts): void {
  const { metrics } = deps.telemetry;
  const labels = labelsOf(deps);
  if (found.run.commandHash === null) return metrics.count('araNoHash', labels);
  metrics.count('araAttempted', labels);
  if (facts.history === null) return metrics.count('araNoHistory', labels);
  metrics.count('araSucceeded', labels);
  const without = sizeOf({ ...facts, history: null });
  const by = sizeOf(facts);
  metrics.observe('araDefaultCpu', without.cpu, labels);
  metrics.observe('araCpu', by.cpu, labels);
  metrics.observe('araDefaultMemory', without.memory, labels);
  metrics.observe('araMemory', by.memory, labels);
  if (by.cpu > without.cpu) metrics.observe('araCpuIncrease', by.cpu - without.cpu, labels);
  if (by.memory > without.memory) {
    metrics.observe('araMemoryIncrease', by.memory - without.memory, labels);
  }
  if (by.cpu === without.cpu && by.memory === without.memory) return;
  metrics.count('araAdjusted', labels);
  metrics.observe('araMemoryRatio', by.memory / without.memory, labels);
  metrics.observe('araCpuRatio', by.cpu / without.cpu, labels);
}

function sizeOf(facts: SizingFacts): { cpu: number; memory: number } {
  const { resources } = attemptResources('eks', { ...facts, earlier: [] });
  return { cpu: resources.cpuMillicores ?? 0, memory: resources.memoryMb ?? 0 };
}
