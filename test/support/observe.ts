import type { Schemas } from '../../client/client.ts';
import { eventually } from './eventually.ts';
import type { TestFlotilla, TransitionJson } from './flotilla.ts';

export type AttemptJson = Schemas['Attempt'];

/** The attempts of a run, as the API has them. */
export async function attemptsOf(flotilla: TestFlotilla, runId: string): Promise<AttemptJson[]> {
  const path = `/api/v8/runs/${runId}/attempts`;
  return (await flotilla.api.json<{ attempts: AttemptJson[] }>('GET', path)).attempts;
}

/** Waits until a transition of the run says so. */
export function untilSaid(
  flotilla: TestFlotilla,
  runId: string,
  words: RegExp,
  status?: string,
): Promise<TransitionJson> {
  return eventually(`a transition of ${runId} says ${words}`, async () => {
    const steps = await flotilla.transitions(runId);
    return steps.find(
      (step) => words.test(step.reason ?? '') && (status === undefined || step.status === status),
    );
  });
}

/** Asks for the end of a run; it is STOPPED when its job has ended. */
export async function stopRun(flotilla: TestFlotilla, runId: string): Promise<void> {
  await flotilla.api.request('POST', `/api/v8/runs/${runId}/stop`, {});
}

/** Defines a job whose definition says how it is retried, and executes it. */
export async function runRetrying(
  flotilla: TestFlotilla,
  command: string,
  retryPolicy: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Promise<string> {
  const alias = await flotilla.define(command, more);
  const path = `/api/v6/task/alias/${alias}`;
  const { definition_id: id } = await flotilla.api.json<{ definition_id: string }>('GET', path);
  const body = { retry_policy: retryPolicy };
  await flotilla.api.json('PATCH', `/api/v8/definitions/${id}`, body);
  return (await flotilla.execute(alias)).run_id;
}
