/** A place on a page: its address, and the heading there ('' for its beginning). */
export interface Place {
  to: string;
  hash: string;
}

/**
 * Every address of the application: the one place that builds them. What a page shows beyond its
 * subject (filters, a line of a log) is in the query, so that an address can be passed on.
 */
export const paths = {
  overview: () => '/overview',
  runs: () => '/runs',
  run: (runId: string) => `/runs/${encodeURIComponent(runId)}`,
  definitions: () => '/tasks',
  definition: (definitionId: string) => `/tasks/${encodeURIComponent(definitionId)}`,
  newDefinition: () => '/tasks/new',
  editDefinition: (definitionId: string) => `/tasks/${encodeURIComponent(definitionId)}/edit`,
  copyDefinition: (definitionId: string) => `/tasks/${encodeURIComponent(definitionId)}/copy`,
  launch: (definitionId: string) => `/tasks/${encodeURIComponent(definitionId)}/launch`,
  templates: () => '/templates',
  template: (templateId: string) => `/templates/${encodeURIComponent(templateId)}`,
  newTemplate: () => '/templates/new',
  launchTemplate: (templateId: string) => `/templates/${encodeURIComponent(templateId)}/launch`,
  clusters: () => '/clusters',
  helpStatuses: () => '/help/statuses',
  helpQueued: () => '/help/queued',
} as const;
