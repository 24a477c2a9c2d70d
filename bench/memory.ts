import { setTimeout as sleep } from 'node:timers/promises';
import { createStack, residentMb } from './stack.ts';
import { define, execute, inParallel, untilCount } from './measure.ts';

const OPEN = 1_000;
const CACHE = 200;

/** Resident memory of server and worker, idle and with 1,000 open runs, the workflow cache fixed. */
export async function memory(): Promise<Record<string, unknown>> {
  const stack = await createStack('file');
  try {
    const server = await stack.start('server');
    const worker = await stack.start('worker', { WORKER_MAX_CACHED_WORKFLOWS: String(CACHE) });
    await sleep(5_000);
    const idle = { server: residentMb(server), worker: residentMb(worker) };
    await define(stack.api, 'open', 'sleep 3600');
    await inParallel(OPEN, 16, () => execute(stack.api, 'open'));
    await untilCount(stack.database, 'open', 'RUNNING', OPEN);
    await sleep(5_000);
    const open = { server: residentMb(server), worker: residentMb(worker) };
    return {
      'idle MB': idle,
      [`MB with ${OPEN} open runs`]: open,
      'cached workflows': CACHE,
    };
  } finally {
    await stack.close();
  }
}
