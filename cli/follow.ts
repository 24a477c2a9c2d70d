import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError } from '../domain/errors.ts';
import type { ApiClient, RunView, TransitionView } from './client.ts';

const POLL_MS = 100;
const RECONNECT_MS = 500;

export interface FollowOutput {
  transition(transition: TransitionView): void;
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
): Promise<RunView> {
  let after = '';
  let logs: Promise<void> = Promise.resolve();
  let logged = 0;
  for (;;) {
    const transitions = await persistently(output, signal, () =>
      client.json<{ transitions: TransitionView[] }>(
        'GET',
        `/api/v8/runs/${runId}/transitions${after === '' ? '' : `?after=${after}`}`,
      ),
    );
    for (const transition of transitions.transitions) {
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
          client.json<RunView>('GET', `/api/v6/history/${runId}`),
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
  const which = attempt === null ? '' : `&attempt=${attempt}`;
  await persistently(output, signal, async () => {
    const path = `/api/v8/runs/${runId}/log?offset=${offset}&follow=${follow}${which}`;
    const response = await client.request('GET', path, undefined, signal);
    if (response.body === null) return;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
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
