import type { Schemas } from '../../../client/client.ts';
import type { Bar } from '../../parts/bar.ts';

type Run = Pick<Schemas['RunSummary'], 'run_id' | 'exit_code' | 'started_at' | 'finished_at'>;

export const DURATION_SERIES = [
  { name: 'succeeded', label: 'Succeeded', color: 'green.6' },
  { name: 'failed', label: 'Failed', color: 'red.6' },
  { name: 'stopped', label: 'Stopped', color: 'gray.5' },
];

/**
 * A bar a run that is over, the earliest first; its height is how long it ran, in seconds.
 * @param runs the latest first, as lists have them
 * @param nameOf a time for the axis
 */
export function durationBars(runs: readonly Run[], nameOf: (startedAt: string) => string): Bar[] {
  const bars: Bar[] = [];
  for (const { run_id, exit_code, started_at, finished_at } of runs.toReversed()) {
    if (started_at === null || finished_at === null) continue;
    const seconds = Math.max(0, (Date.parse(finished_at) - Date.parse(started_at)) / 1_000);
    bars.push({ run_id, at: nameOf(started_at), [resultOf(exit_code)]: seconds });
  }
  return bars;
}

function resultOf(exitCode: number | null): string {
  if (exitCode === null) return 'stopped';
  return exitCode === 0 ? 'succeeded' : 'failed';
}
