import { Context } from '@temporalio/activity';

const HEARTBEAT_MS = 1_500;

/**
 * Heartbeats while work is under way, so that a cancellation reaches it and a worker that is gone is
 * noticed. Quick work is done before the first one.
 */
export async function heartbeating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(timer);
  }
}
