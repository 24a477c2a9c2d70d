import type { Caller } from '../domain/caller.ts';
import { STATUSES, type Status } from '../domain/lifecycle/status.ts';
import {
  endedSince,
  longestWaiting,
  openByStatus,
  type EndedInHour,
  type FailingDefinition,
} from '../db/overview.ts';
import type { RunRow } from '../db/runs.ts';
import { listLoadedClusters, type LoadedCluster } from './cluster-loads.ts';
import type { Services } from './context.ts';

const HOUR_MS = 3_600_000;

export interface Overview {
  /** Each of them, also without runs; the last one goes on. */
  hours: EndedInHour[];
  /** False when `hours` and `failing` lack the earliest, because there were too many. */
  exact: boolean;
  open: { status: Status; runs: number }[];
  clusters: LoadedCluster[];
  longestWaiting: RunRow[];
  failing: FailingDefinition[];
}

/** How the installation stands, and how it went in the last hours. Runs of another Flotilla are not open. */
export async function getOverview(
  services: Services,
  caller: Caller,
  hours: number,
): Promise<Overview> {
  const { db } = services;
  const last = Math.floor(Date.now() / HOUR_MS);
  const first = last - hours + 1;
  const [ended, open, clusters, waiting] = await Promise.all([
    endedSince(db, new Date(first * HOUR_MS)),
    openByStatus(db),
    listLoadedClusters(services, caller),
    longestWaiting(db),
  ]);
  const byHour = new Map(ended.hours.map((one) => [one.hour, one]));
  return {
    hours: Array.from({ length: hours }, (_, place) => {
      const hour = first + place;
      return byHour.get(hour) ?? { hour, succeeded: 0, failed: 0, stoppedByHand: 0 };
    }),
    exact: ended.exact,
    open: STATUSES.filter((status) => status !== 'STOPPED').map((status) => ({
      status,
      runs: open.get(status) ?? 0,
    })),
    clusters,
    longestWaiting: waiting,
    failing: ended.failing,
  };
}
