import type { Caller } from '../domain/caller.ts';
import { readWorkerCounts, writeWorkerCounts } from '../db/workers.ts';
import type { Services } from './context.ts';

/** Kinds of polling worker of flotilla-os. Task Queues do their work here. */
export const WORKER_TYPES = ['retry', 'submit', 'status'] as const;
export type WorkerType = (typeof WORKER_TYPES)[number];

/** A kind of worker on the wire of v5. */
export interface WorkerView {
  worker_type: WorkerType;
  count_per_instance: number;
  engine: 'eks';
}

/** Each kind once, with the count last set, at first 1. */
export async function listWorkers(services: Services, _caller: Caller): Promise<WorkerView[]> {
  const counts = await readWorkerCounts(services.db);
  return WORKER_TYPES.map((type) => ({
    worker_type: type,
    count_per_instance: counts.get(type) ?? 1,
    engine: 'eks',
  }));
}

/** Keeps counts for those who ask for them again; a negative one changes nothing, as in flotilla-os. */
export async function setWorkerCounts(
  services: Services,
  _caller: Caller,
  changes: readonly { type: WorkerType; count: number }[],
): Promise<void> {
  const wanted = changes.filter((change) => change.count >= 0);
  await writeWorkerCounts(services.db, new Map(wanted.map(({ type, count }) => [type, count])));
}
