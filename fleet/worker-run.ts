import type { Worker } from '@temporalio/worker';
import { messageOf } from '../domain/errors.ts';

/** Those that were told to end. */
const ending = new WeakSet<Worker>();

/** Tells a Temporal Worker to end, unless it ends already. */
export function shutDown(worker: Worker): void {
  if (worker.getState() !== 'RUNNING') return;
  ending.add(worker);
  worker.shutdown();
}

/**
 * Runs a Temporal Worker to its end. Once it was told to end, what it had to give up is said and is no failure:
 * activities that took too long, or a Temporal that answers no more. Others go on with both.
 * @throws what it failed of before
 */
export async function runWorker(
  worker: Worker,
  warn: (message: string, detail: Record<string, unknown>) => void,
): Promise<void> {
  try {
    await worker.run();
  } catch (error) {
    if (!ending.has(worker)) throw error;
    const detail = { task_queue: worker.options.taskQueue, error: messageOf(error) };
    warn('a worker was told to end and gave up what did not end in time', detail);
  }
}
