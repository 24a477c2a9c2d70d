import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { messageOf } from '../domain/errors.ts';
import { untilAborted } from '../domain/until-aborted.ts';
import { connectionOptions, type TemporalAddress } from './connect.ts';

const CONNECT_AGAIN_MS = 1_000;

/**
 * The connection of Workers, however long Temporal is away.
 * @throws AbortError when the signal gives up, at once: an attempt takes half a minute where nobody answers
 */
export async function connectNative(
  target: TemporalAddress,
  warn: (message: string, detail: Record<string, unknown>) => void,
  signal: AbortSignal,
): Promise<NativeConnection> {
  const abandoned = untilAborted(signal);
  for (;;) {
    signal.throwIfAborted();
    const connecting = NativeConnection.connect(connectionOptions(target));
    try {
      const connection = await Promise.race([connecting, abandoned]);
      if (connection !== undefined) return connection;
      void connecting.then(
        (late) => late.close(),
        () => undefined,
      );
    } catch (error) {
      const detail = { address: target.address, error: messageOf(error) };
      warn('Temporal is not reachable', detail);
      await sleep(CONNECT_AGAIN_MS, undefined, { signal });
    }
  }
}
