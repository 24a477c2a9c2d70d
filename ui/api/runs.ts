import type { Schemas } from '../../client/client.ts';
import { answerOf, api, errorOf, fetchWithToken } from './client.ts';
import { queryOf, type RunFilter, type Status } from './run-filter.ts';

export type Run = Schemas['Run'];
export type Launch = Schemas['Launch'];

/** How many runs have a status; `exact` is false when there are more. */
export interface StatusCount {
  status: Status;
  runs: number;
  exact: boolean;
}

const PAGE_ROWS = 50;

/** @param cursor `next_cursor` of the page before, null for the first. @throws ApiError, NoAnswer */
export function readRuns(filter: RunFilter, cursor: string | null): Promise<Schemas['RunPage']> {
  const page = cursor === null ? {} : { cursor };
  const query = { ...filter, ...page, limit: PAGE_ROWS };
  return answerOf(api.GET('/api/v8/runs', { params: { query } }));
}

/** Of runs that match, whatever their status. @throws ApiError, NoAnswer */
export async function countRuns(filter: RunFilter): Promise<StatusCount[]> {
  const { status: _, ...rest } = filter;
  const answer = await readJson<{ counts: StatusCount[] }>(`/api/v8/runs/counts?${queryOf(rest)}`);
  return answer.counts;
}

/** @throws ApiError, NoAnswer */
export function readRun(runId: string): Promise<Run> {
  return answerOf(api.GET('/api/v8/runs/{run_id}', { params: { path: { run_id: runId } } }));
}

/** Stops it and all that it started; they are over when their jobs have ended. @throws ApiError, NoAnswer */
export function stopRun(runId: string): Promise<Schemas['Stopped']> {
  return answerOf(api.POST('/api/v8/runs/{run_id}/stop', { params: { path: { run_id: runId } } }));
}

/** Launches it again as it was, as a new run. @throws ApiError, NoAnswer */
export function rerun(runId: string): Promise<Run> {
  const params = { path: { run_id: runId } };
  return answerOf(api.POST('/api/v8/runs/{run_id}/rerun', { params }));
}

/** @throws ApiError, NoAnswer */
export function launchRun(launch: Launch): Promise<Run> {
  return answerOf(api.POST('/api/v8/runs', { body: launch }));
}

async function readJson<T>(path: string): Promise<T> {
  const response = await fetchWithToken(new Request(new URL(path, location.origin)));
  if (!response.ok) throw errorOf(response.status, await response.json().catch(() => null));
  return (await response.json()) as T;
}
