import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../domain/errors.ts';

const AGAIN_MS = 1_000;

/**
 * Makes a call of a log's reader; who follows a log waits for a cluster that is away.
 * @param patient whether it is followed
 */
export async function patiently<T>(
  call: () => Promise<T>,
  patient: boolean,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const away = error instanceof FlotillaError && error.code === 'unavailable';
      if (!patient || !away) throw error;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
}
