import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client.ts';

/** Templates are few: the first of them, by name. */
const LIST = 500;

export function templatesQuery(nameContains: string) {
  const query = { limit: LIST, ...(nameContains === '' ? {} : { name_contains: nameContains }) };
  return queryOptions({
    queryKey: ['templates', query],
    queryFn: ({ signal }) => answerOf(api.GET('/api/v8/templates', { params: { query }, signal })),
  });
}

export function templateQuery(id: string) {
  return queryOptions({
    queryKey: ['template', id],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/templates/{template_id}', {
          params: { path: { template_id: id } },
          signal,
        }),
      ),
  });
}

/** Every version of the name that a template has, the newest first. */
export function templateVersionsQuery(id: string) {
  return queryOptions({
    queryKey: ['template', id, 'versions'],
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v8/templates/{template_id}/versions', {
          params: { path: { template_id: id } },
          signal,
        }),
      ),
  });
}

/** Runs of a version, the last queued first: its id is their alias. */
export function runsOfTemplateQuery(id: string, limit: number) {
  return queryOptions({
    queryKey: ['runs-of-template', id],
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v8/runs', { params: { query: { alias: id, limit } }, signal })),
  });
}

/** What a payload gives with a template, as it would be launched. */
export function previewQuery(id: string, payload: Record<string, unknown>) {
  return queryOptions({
    queryKey: ['template', id, 'preview', payload],
    queryFn: ({ signal }) =>
      answerOf(
        api.POST('/api/v8/templates/{template_id}/preview', {
          params: { path: { template_id: id } },
          body: { payload },
          signal,
        }),
      ),
  });
}
