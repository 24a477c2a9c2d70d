import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from './client.ts';

/** Runs that a run started. @param cursor `next_cursor` of the page before. @throws ApiError, NoAnswer */
export function readChildren(runId: string, cursor: string | null): Promise<Schemas['RunPage']> {
  return answerOf(
    api.GET('/api/v8/runs/{run_id}/children', {
      params: { path: { run_id: runId }, query: cursor === null ? {} : { cursor } },
    }),
  );
}

/** What the engine was given, as YAML. @throws ApiError, NoAnswer */
export function readManifest(runId: string, attempt: number): Promise<string> {
  return answerOf(
    api.GET('/api/v8/runs/{run_id}/manifest', {
      params: { path: { run_id: runId }, query: { attempt } },
      parseAs: 'text',
    }),
  );
}
