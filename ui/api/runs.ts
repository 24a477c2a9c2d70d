import type { Schemas } from '../../client/client.ts';
import { answerOf, api } from './client.ts';
import type { RunFilter } from './run-filter.ts';

export type Run = Schemas['Run'];
export type Launch = Schemas['Launch'];

export type StatusCount = Schemas['StatusCount'];

const PAGE_ROWS = 50;

/** @param cursor `next_cursor` of the page before, null for the first. @throws ApiError, NoAnswer */
export function readRuns(filter: RunFilter, cursor: string | null): Promise<Schemas['RunPage']> {
  const page = cursor === null ? {} : { cursor };
  const query = { ...filter, ...page, limit: PAGE_ROWS };
  return answerOf(api.GET('/api/v8/runs', { params: { query } }));
}

/** Of runs that match, whatever their status. @throws ApiError, NoAnswer */
export async function countRuns(filter: RunFilter): Promise<StatusCount[]> {
  const { status: _, ...query } = filter;
  const { counts } = await answerOf(api.GET('/api/v8/runs/counts', { params: { query } }));
  return counts;
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
