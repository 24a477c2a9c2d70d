/**
 * Engines that a run or a cluster may name. Which of them a worker can serve is the worker's affair: a
 * run of another waits in QUEUED and says so. A run's engine is the first part of its id.
 */
export const ENGINE_NAMES = ['local', 'docker', 'eks', 'ecs', 'eks-spark'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export function isEngineName(value: string): value is EngineName {
  return (ENGINE_NAMES as readonly string[]).includes(value);
}

/** The engine of a run, which is the first part of its id; null for an id that names none. */
export function engineOfRunId(runId: string): EngineName | null {
  // The longest first: one name begins with another.
  const names = [...ENGINE_NAMES].toSorted((a, b) => b.length - a.length);
  return names.find((name) => runId.startsWith(`${name}-`)) ?? null;
}

/** Engines that a worker of this version can serve. */
const BUILT: readonly string[] = [
  'local',
  'docker',
  'eks',
  'ecs',
  'eks-spark',
] satisfies EngineName[];

export function isBuilt(engine: string): boolean {
  return BUILT.includes(engine);
}

/** True when a cluster of one engine runs jobs of the other: Spark runs on an EKS cluster. */
export function runsOn(engine: EngineName, clusterEngine: string): boolean {
  return engine === clusterEngine || (engine === 'eks-spark' && clusterEngine === 'eks');
}
