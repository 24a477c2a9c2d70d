import { isEngineName, runsOn, type EngineName } from './engine-name.ts';
import { invalid } from './errors.ts';

/** What routing needs to know of a cluster. */
export interface RoutableCluster {
  name: string;
  status: 'active' | 'maintenance' | 'offline';
  /** Null in rows of flotilla-os, whose only engine is eks. */
  engine: string | null;
  allowedTiers: readonly string[];
}

export interface RouteRequest {
  cluster: string | null;
  engine: string | null;
  tier: string;
  gpu: number;
  targetCluster: string | null;
}

export interface RouteDefaults {
  clusterDefault: string;
  gpuClusterDefault: string;
  engineDefault: string;
}

export interface Route {
  cluster: string;
  engine: EngineName;
}

/**
 * Chooses where a run goes: the cluster asked for, else a random one among the active clusters
 * that allow its tier, else the definition's, else the default for its kind.
 * @param random from 0 to 1, so that tests can choose
 * @throws FlotillaError `invalid` naming `cluster` or `engine`
 */
export function route(
  request: RouteRequest,
  clusters: readonly RoutableCluster[],
  defaults: RouteDefaults,
  random: number = Math.random(),
): Route {
  const name = request.cluster ?? chooseCluster(request, clusters, defaults, random);
  const cluster = clusters.find((candidate) => candidate.name === name);
  if (cluster === undefined) {
    const valid = clusters.map((candidate) => candidate.name).join(' ');
    throw invalid('cluster', `${name} was not found in the list of valid clusters: [${valid}]`);
  }
  const clusterEngine = cluster.engine ?? defaults.engineDefault;
  const engine = request.engine ?? clusterEngine;
  if (!isEngineName(engine)) throw invalid('engine', `engine ${engine} is not supported`);
  if (!runsOn(engine, clusterEngine)) {
    throw invalid('engine', `cluster ${name} is of engine ${clusterEngine}, not ${engine}`);
  }
  return { cluster: name, engine };
}

function chooseCluster(
  request: RouteRequest,
  clusters: readonly RoutableCluster[],
  defaults: RouteDefaults,
  random: number,
): string {
  const tiered = clusters.filter(
    (cluster) => cluster.status === 'active' && cluster.allowedTiers.includes(request.tier),
  );
  const drawn = tiered[Math.floor(random * tiered.length)];
  if (drawn !== undefined) return drawn.name;
  if (request.targetCluster !== null && request.targetCluster !== '') return request.targetCluster;
  return request.gpu > 0 ? defaults.gpuClusterDefault : defaults.clusterDefault;
}
