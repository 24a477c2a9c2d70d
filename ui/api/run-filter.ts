import type { Schemas } from '../../client/client.ts';
import type { paths } from '../../client/schema.generated.ts';

export type RunSummary = Schemas['RunSummary'];
export type Status = NonNullable<RunSummary['status']>;

type ListQuery = NonNullable<paths['/api/v8/runs']['get']['parameters']['query']>;

/** Which runs are wanted, by the names that the API has for its query; what is absent does not matter. */
export type RunFilter = Omit<ListQuery, 'limit' | 'cursor'>;
export type Engine = NonNullable<RunFilter['engine']>;

export const ENGINES: readonly Engine[] = ['local', 'docker', 'eks', 'ecs', 'eks-spark'];
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
