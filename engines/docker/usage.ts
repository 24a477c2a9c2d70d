import { mapLimited } from '../../domain/limited.ts';
import type Docker from 'dockerode';
import type { JobUsage } from '../engine.ts';
import { refOfLabels } from './names.ts';
import { ours, type Cluster } from './view.ts';

const AT_ONCE = 8;
const BYTES_PER_MEGABYTE = 1_000_000;

/** What the containers that run use now: one sample each, which takes the daemon a second. */
export async function containerUsage(cluster: Cluster): Promise<JobUsage[]> {
  const running = (await cluster.daemon.list(ours(cluster))).filter(
    ({ state }) => state === 'running',
  );
  const used = await mapLimited(running, AT_ONCE, async ({ id, labels }) => {
    const ref = refOfLabels(labels);
    const stats = ref === null ? null : await cluster.daemon.stats(id).catch(() => null);
    return ref === null || stats === null ? null : { ref, ...usageOf(stats) };
  });
  return used.filter((one) => one !== null);
}

/**
 * Megabytes and millicores of a sample (pure). Memory as `docker stats` counts it, without the cache of
 * files that are not in use; version 1 of control groups knows the peak, too, cache included.
 */
export function usageOf(
  stats: Docker.ContainerStats,
): Pick<JobUsage, 'memoryMb' | 'cpuMillicores'> {
  const { cpu_stats: now, precpu_stats: before } = stats;
  const memory = stats.memory_stats as { usage?: number; stats?: Record<string, number> };
  const idle = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0;
  const bytes = Math.max((memory.usage ?? 0) - idle, 0);
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const elapsedMs = Date.parse(stats.read) - Date.parse(stats.preread);
  const cpu = elapsedMs > 0 && used > 0 ? used / 1e6 / elapsedMs : 0;
  return { memoryMb: Math.ceil(bytes / BYTES_PER_MEGABYTE), cpuMillicores: Math.round(cpu * 1000) };
}
