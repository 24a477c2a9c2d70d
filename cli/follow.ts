import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../domain/errors.ts';
import { defined } from '../domain/defined.ts';
import { dataOf, type ApiClient, type Run, type Transition } from './client.ts';

const POLL_MS = 100;
const RECONNECT_MS = 500;

export interface FollowOutput {
  transition(transition: Transition): void;
  log(bytes: Uint8Array): void;
  /** The connection was lost and is tried again. */
  trouble(text: string): void;
}

/**
 * Tells each transition of a run and each byte of its log, in the order in which they happen, until
 * the run is over. Survives a restart of the server in between.
 * @returns the run as it ended
 */
export async function followRun(
  client: ApiClient,
  runId: string,
  output: FollowOutput,
  signal: AbortSignal,
): Promise<Run> {
  const params = { path: { run_id: runId } };
  let after: string | undefined;
  let logs: Promise<void> = Promise.resolve();
  let logged = 0;
  for (;;) {
    const { transitions } = await persistently(output, signal, () =>
      dataOf(
        client.typed.GET('/api/v8/runs/{run_id}/transitions', {
          params: { ...params, query: defined({ after }) },
        }),
      ),
    );
    for (const transition of transitions) {
      after = transition.position;
      // What the job wrote comes before the news of its end.
      if (transition.status === 'STOPPED' || transition.status === 'NEEDS_RETRY') await logs;
      output.transition(transition);
      if (transition.status === 'RUNNING' && transition.attempt > logged) {
        logged = transition.attempt;
        logs = followLog(client, runId, transition.attempt, output, signal);
        // Awaited at the end of the attempt; until then its failure must not end the process.
        logs.catch(() => undefined);
      }
      if (transition.status === 'STOPPED') {
        return persistently(output, signal, () =>
          dataOf(client.typed.GET('/api/v8/runs/{run_id}', { params })),
        );
      }
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Every byte of an attempt's log as it grows, once, whatever happens to the connection. */
export async function followLog(
  client: ApiClient,
  runId: string,
  attempt: number | null,
  output: Pick<FollowOutput, 'log' | 'trouble'>,
  signal: AbortSignal,
  follow = true,
): Promise<void> {
  let offset = 0;
  await persistently(output, signal, async () => {
    const query = defined({
      offset,
      follow: follow ? ('true' as const) : ('false' as const),
      attempt: attempt ?? undefined,
    });
    const { data } = await client.typed.GET('/api/v8/runs/{run_id}/log', {
      params: { path: { run_id: runId }, query },
      parseAs: 'stream',
      signal,
    });
    for await (const chunk of (data ?? []) as AsyncIterable<Uint8Array>) {
      offset += chunk.length;
      output.log(chunk);
    }
  });
}

/** Tries again while the server is away; what it refuses is final. */
async function persistently<T>(
  output: Pick<FollowOutput, 'trouble'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let told = false;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FlotillaError && error.code !== 'unavailable') throw error;
      if (!told) output.trouble(error instanceof Error ? error.message : String(error));
      told = true;
      await sleep(RECONNECT_MS, undefined, { signal });
    }
  }
}
