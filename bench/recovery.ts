import { createStack } from './stack.ts';
import { define, execute, round, untilCount } from './measure.ts';

const RUNS = 50;

/** Seconds from kill -9 of the only worker, 50 runs in flight, until all are true again. */
export async function recovery(): Promise<Record<string, unknown>> {
  const stack = await createStack('file');
  try {
    await stack.start('server');
    const first = await stack.start('worker');
    // They end while nobody works.
    await define(stack.api, 'nap', 'sleep 3');
    for (let i = 0; i < RUNS; i += 1) await execute(stack.api, 'nap');
    await untilCount(stack.database, 'nap', 'RUNNING', RUNS - 10);
    first.kill('SIGKILL');
    const died = performance.now();
    await stack.start('worker');
    await untilCount(stack.database, 'nap', 'STOPPED', RUNS);
    return { seconds: round((performance.now() - died) / 1000), runs: RUNS };
  } finally {
    await stack.close();
  }
}
