import { CancellationScope } from '@temporalio/workflow';
import type { Life } from './life.ts';

export type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown };

/**
 * Runs activities that an ending of the attempt interrupts: they are cancelled, and this waits until
 * they have closed, because one that still flies may still launch.
 */
export async function interruptible<T>(life: Life, work: () => Promise<T>): Promise<Settled<T>> {
  const scope = new CancellationScope();
  let settled: Settled<T> | null = null;
  const flight = scope.run(work).then(
    (value): Settled<T> => (settled = { ok: true, value }),
    (error: unknown): Settled<T> => (settled = { ok: false, error }),
  );
  await life.until(() => settled !== null || life.inbox.ending !== null);
  if (settled === null) scope.cancel();
  return flight;
}
