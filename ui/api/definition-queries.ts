import { queryOptions } from '@tanstack/react-query';
import type { operations } from '../../client/schema.generated.ts';
import { answerOf, api } from './client.ts';

export interface DefinitionFilter {
  alias_contains?: string;
  group_name?: string;
  image_contains?: string;
}

/** The first definitions, by alias. */
export function definitionsQuery(filter: DefinitionFilter, limit: number) {
  return pageQuery({ ...filter, limit });
}

/** A page of definitions, by alias, each with its last run. @param cursor of the page before; absent for the first */
export function definitionsWithRunsQuery(filter: DefinitionFilter, limit: number, cursor?: string) {
  const more = cursor === undefined ? {} : { cursor };
  return pageQuery({ ...filter, ...more, limit, include: 'last_run' });
}

type DefinitionsQuery = NonNullable<operations['listDefinitions']['parameters']['query']>;

function pageQuery(query: DefinitionsQuery) {
  return queryOptions({
    queryKey: ['definitions', query],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v8/definitions', { params: { query }, signal })),
  });
}

export function definitionQuery(id: string) {
  return queryOptions({
    queryKey: ['definition', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/definitions/{definition_id}', {
          params: { path: { definition_id: id } },
          signal,
        }),
      ),
  });
}

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: ['definition', id, 'versions'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/definitions/{definition_id}/versions', {
          params: { path: { definition_id: id } },
          signal,
        }),
      ),
  });
}

/** A definition as it was; that does not change any more. */
export function versionQuery(id: string, version: number) {
  return queryOptions({
    queryKey: ['definition', id, 'versions', version],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/definitions/{definition_id}/versions/{version}', {
          params: { path: { definition_id: id, version } },
          signal,
        }),
      ),
  });
}

/** The last runs of a definition, the latest first. */
export function runsOfQuery(id: string, limit: number) {
  const query = { definition_id: id, limit };
  return queryOptions({
    queryKey: ['runs-of-definition', id, limit],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v8/runs', { params: { query }, signal })),
  });
}
