import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../cli/client.ts';
import type { Schemas } from '../client/client.ts';
import type { Database } from '../db/client.ts';

/** Percentiles of a list of numbers. */
export function percentiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export async function define(api: ApiClient, alias: string, command: string): Promise<void> {
  await api.json('POST', '/api/v6/task', { alias, image: 'none', group_name: 'bench', command });
}

export const LAUNCH = { run_tags: { owner_id: 'bench' }, cluster: 'default' };

export function execute(api: ApiClient, alias: string): Promise<Schemas['LegacyRun']> {
  return api.json('PUT', `/api/v6/task/alias/${alias}/execute`, LAUNCH);
}

/** Waits until so many of an alias's runs have a status. */
export async function untilCount(
  database: Database,
  alias: string,
  status: string,
  count: number,
): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM task WHERE alias = $1 AND status = $2',
      [alias, status],
    );
    if ((rows[0]?.n ?? 0) >= count) return;
    await sleep(50);
  }
}

/** Calls so often, so many at once; the milliseconds of each. */
export async function inParallel(
  times: number,
  atOnce: number,
  call: () => Promise<unknown>,
): Promise<number[]> {
  const took: number[] = [];
  let left = times;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      await call();
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return took;
}
