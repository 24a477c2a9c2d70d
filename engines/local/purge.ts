import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './paths.ts';

/** How long the claim of a released attempt is kept, so that a late launch of it stays barred. */
const KEEP_MS = 7 * 24 * 3600 * 1000;
const SHARDS_AT_A_TIME = 16;

/**
 * Removes what released attempts left, a few shards at a time; called once a watch cycle, so every
 * shard is visited some times a day.
 * @param turn any number that differs from call to call
 */
export function purge(layout: Layout, turn: number, now: number = Date.now()): void {
  const shards = entries(layout.runs);
  const from = (turn * SHARDS_AT_A_TIME) % Math.max(shards.length, 1);
  for (const shard of shards.slice(from, from + SHARDS_AT_A_TIME)) {
    for (const run of entries(join(layout.runs, shard))) {
      const dir = join(layout.runs, shard, run);
      if (isOld(dir, now) && !hasLive(layout, run)) rmSync(dir, { recursive: true, force: true });
    }
  }
}

function hasLive(layout: Layout, run: string): boolean {
  return entries(layout.live).some((name) => name.startsWith(`${run}.`));
}

function isOld(dir: string, now: number): boolean {
  const times = [dir, ...entries(dir).map((attempt) => join(dir, attempt))].map(
    (path) => statSync(path).mtimeMs,
  );
  return Math.max(...times) < now - KEEP_MS;
}

function entries(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
