import { setTimeout as sleep } from 'node:timers/promises';
import { createStack } from './stack.ts';
import { define, execute, percentiles } from './measure.ts';

const RUNS = 100;
const WARM_UP = 20;
const QUIET_MS = 400;

/**
 * Milliseconds from the request to the start of the job's command, one run after the other on an idle
 * stack, by the same machine's clock.
 */
export async function latency(programs: readonly ('serve' | 'server' | 'worker')[]) {
  const stack = await createStack('file');
  try {
    for (const program of programs) await stack.start(program);
    await define(stack.api, 'noop', 'true');
    const took: number[] = [];
    for (let i = 1; i <= RUNS + WARM_UP; i += 1) {
      const asked = Date.now();
      const run = await execute(stack.api, 'noop');
      // Waits instead of asking: on two cores, a client that polls delays what it measures.
      let started: Date | null = null;
      while (started === null) {
        await sleep(QUIET_MS);
        const { rows } = await stack.database.pool.query<{ started_at: Date | null }>(
          'SELECT started_at FROM task WHERE run_id = $1',
          [run.run_id],
        );
        started = rows[0]?.started_at ?? null;
      }
      if (i > WARM_UP) took.push(started.getTime() - asked);
    }
    return { ...percentiles(took), runs: RUNS };
  } finally {
    await stack.close();
  }
}
