import type { Schemas } from '../../client/client.ts';

export type RunSummary = Schemas['RunSummary'];
export type Status = NonNullable<RunSummary['status']>;

/** Which runs are wanted, by the names that the API has for its query; what is absent does not matter. */
export interface RunFilter {
  /** Any of these. */
  status?: Status[];
  alias_contains?: string;
  /** The whole alias. */
  alias?: string;
  definition_id?: string;
  group?: string;
  owner?: string;
  cluster?: string;
  engine?: string;
  exit?: 'succeeded' | 'failed';
  /** ISO 8601. */
  queued_since?: string;
  /** ISO 8601. */
  queued_until?: string;
  /** `NAME=value`, or `NAME` for any value; all of them. */
  env?: string[];
}

export const STATUSES: readonly Status[] = [
  'QUEUED',
  'PENDING',
  'RUNNING',
  'NEEDS_RETRY',
  'STOPPED',
];

/** The filter as the API takes it, repeated where it is many; also a key for caches. */
export function queryOf(filter: RunFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    for (const one of [value].flat()) if (typeof one === 'string') query.append(name, one);
  }
  query.sort();
  return query.toString();
}
