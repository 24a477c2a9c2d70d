import type { Bar } from '../../parts/bar.ts';

interface Hour {
  /** The beginning of the hour, ISO 8601. */
  at: string;
  succeeded: number;
  failed: number;
  stopped_by_hand: number;
}

const HOUR_MS = 3_600_000;

/** A bar an hour, the earliest first. @param nameOf an hour for the axis */
export function hourBars(hours: readonly Hour[], nameOf: (at: string) => string): Bar[] {
  return hours.map(({ at, succeeded, failed, stopped_by_hand: stopped }) => ({
    at,
    hour: nameOf(at),
    succeeded,
    failed,
    stopped,
  }));
}

export function totalsOf(hours: readonly Hour[]) {
  const sum = (key: 'succeeded' | 'failed' | 'stopped_by_hand'): number =>
    hours.reduce((before, hour) => before + hour[key], 0);
  return { succeeded: sum('succeeded'), failed: sum('failed'), stopped: sum('stopped_by_hand') };
}

/** The runs that ended in an hour, for the page of runs. */
export function hourSearch(at: string): { finished_since: string; finished_until: string } {
  const begin = Date.parse(at);
  return {
    // Later than: what ended at the very beginning counts.
    finished_since: new Date(begin - 1).toISOString(),
    finished_until: new Date(begin + HOUR_MS).toISOString(),
  };
}
