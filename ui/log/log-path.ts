/**
 * A log, or what can be asked of it, under the origin.
 * @param attempt counts from 1; null for the latest one
 */
export function logPath(
  runId: string,
  attempt: number | null,
  query: Record<string, string> = {},
  part: '' | '/search' = '',
): string {
  const which = attempt === null ? {} : { attempt: String(attempt) };
  const text = new URLSearchParams({ ...query, ...which }).toString();
  return `/api/v8/runs/${encodeURIComponent(runId)}/log${part}${text === '' ? '' : `?${text}`}`;
}
