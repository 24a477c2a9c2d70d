import { OpenAPIHono, z } from '@hono/zod-openapi';
import {
  appearanceFields,
  definitionFields,
  envVar,
  launchFields,
  statusFields,
  templateFields,
  templateLaunchFields,
} from '../decode/fields.ts';
import * as answer from './openapi-answers.ts';

/**
 * What v1 to v7 accept and answer, said with the schemas that decode requests. Bodies are read
 * whatever their Content-Type, unknown fields are ignored and null is absent.
 */
export const legacyDocument = new OpenAPIHono();

interface Operation {
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  answer: z.ZodType;
}
type Route = readonly [method: 'get' | 'post' | 'put' | 'delete', path: string, Operation];

const int = z.coerce.number().int();

/** Every other parameter is a filter by the name of a column. */
const listQuery = z.object({
  limit: int.optional(),
  offset: int.optional(),
  sort_by: z.string().optional(),
  order: z.enum(['asc', 'desc']).optional(),
  env: z.array(z.string()).optional().openapi({ description: 'NAME|VALUE; repeatable' }),
});
const nameQuery = z.object({
  name: z.string().optional().openapi({ description: 'text that the name contains' }),
  limit: int.optional(),
  offset: int.optional(),
});
const stopQuery = z.object({
  stop: z.enum(['true', 'false']).optional().openapi({ description: 'true: stop its live runs' }),
});
const logQuery = z.object({
  last_seen: z.string().optional().openapi({ description: '`last_seen` of the page before' }),
  raw_text: z.enum(['true', 'false']).optional(),
  role: z.string().optional().openapi({
    description:
      'of a Spark job: one file of a container instead, the newest whose name has this word (`driver`) and the facility',
  }),
  facility: z.string().optional().openapi({ description: '`stderr` or `stdout`, with `role`' }),
});

const registry = legacyDocument.openAPIRegistry;
const definitionBody = registry.register('LegacyDefinitionFields', definitionFields);
// A map of the caller's own keys has no schema of its own in the decoder; secrets are refused.
const launch = registry.register(
  'LegacyLaunch',
  launchFields.extend({
    labels: z.record(z.string(), z.string()).optional(),
    env: z.array(envVar).optional(),
  }),
);
const status = registry.register('LegacyStatusFields', statusFields);
const clusterFields = registry.register(
  'LegacyClusterFields',
  answer.cluster.omit({ id: true, status_since: true, updated_at: true }),
);
const workerBody = z.object({ worker_type: z.string(), count_per_instance: z.int() }).partial();

// Objects whose keys are the caller's own have no schema of their own in the decoder.
const userObject = z.record(z.string(), z.unknown());
const templateBody = registry.register(
  'LegacyTemplateFields',
  templateFields.extend({ schema: userObject.optional(), defaults: userObject.optional() }),
);
const appearance = registry.register('LegacyTemplateAppearance', appearanceFields);
const templateLaunch = registry.register(
  'LegacyTemplateLaunch',
  templateLaunchFields.extend({
    template_payload: userObject.optional(),
    labels: z.record(z.string(), z.string()).optional(),
    env: z.array(envVar).optional(),
  }),
);
const templateQuery = z.object({
  limit: int.optional(),
  offset: int.optional(),
  sort_by: z.enum(['template_name', 'version']).optional(),
  order: z.enum(['asc', 'desc']).optional(),
  latest_only: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'false: every version; else the latest of each name' }),
});
const getPayload: Operation = {
  summary: 'What the template of a run was given, merged with its defaults',
  answer: userObject,
};

const getRun: Operation = { summary: 'A run', answer: answer.run };
const stopRun: Operation = {
  summary: 'Stop a run and every run started from within it',
  answer: z.object({ terminated: z.boolean() }),
};
const listRuns: Operation = { summary: 'Runs', query: listQuery, answer: answer.runList };
const execute = (summary: string): Operation => ({ summary, body: launch, answer: answer.run });

const DEFINITIONS: Route[] = [
  ['get', '/task', { summary: 'Definitions', query: listQuery, answer: answer.definitionList }],
  ['post', '/task', { summary: 'Define a job', body: definitionBody, answer: answer.definition }],
  ['get', '/task/{definition_id}', { summary: 'A definition', answer: answer.definition }],
  [
    'put',
    '/task/{definition_id}',
    { summary: 'Change a definition', body: definitionBody, answer: answer.definition },
  ],
  [
    'delete',
    '/task/{definition_id}',
    {
      summary: 'Delete a definition; its runs stay',
      query: stopQuery,
      answer: z.object({ deleted: z.boolean() }),
    },
  ],
  ['get', '/task/alias/{alias}', { summary: 'A definition by alias', answer: answer.definition }],
  ['put', '/task/{definition_id}/execute', execute('Run a definition')],
  ['put', '/task/alias/{alias}/execute', execute('Run a definition by alias')],
];

const RUNS: Route[] = [
  ['get', '/history', listRuns],
  ['get', '/history/{run_id}', getRun],
  ['get', '/task/history/{run_id}', getRun],
  ['get', '/task/{definition_id}/history', { ...listRuns, summary: 'Runs of a definition' }],
  ['get', '/task/{definition_id}/history/{run_id}', getRun],
  ['delete', '/task/{definition_id}/history/{run_id}', stopRun],
  [
    'put',
    '/{run_id}/status',
    { summary: 'Declare a status', body: status, answer: z.object({ updated: z.boolean() }) },
  ],
  ['get', '/{run_id}/logs', { summary: 'A page of a log', query: logQuery, answer: answer.log }],
  ['get', '/{run_id}/events', { summary: 'Events of a run', answer: answer.events }],
];

const METADATA: Route[] = [
  ['get', '/groups', { summary: 'Groups', query: nameQuery, answer: answer.names('groups') }],
  ['get', '/tags', { summary: 'Tags', query: nameQuery, answer: answer.names('tags') }],
  ['get', '/clusters', { summary: 'Clusters', answer: answer.clusterList }],
];

const CLUSTERS: Route[] = [
  [
    'post',
    '/clusters',
    { summary: 'Add a cluster', body: clusterFields, answer: z.object({ created: z.boolean() }) },
  ],
  ['get', '/clusters/{cluster_id}', { summary: 'A cluster', answer: answer.cluster }],
  [
    'put',
    '/clusters/{cluster_id}',
    { summary: 'Replace it', body: clusterFields, answer: z.object({ updated: z.boolean() }) },
  ],
  [
    'delete',
    '/clusters/{cluster_id}',
    { summary: 'Remove a cluster', answer: z.object({ deleted: z.boolean() }) },
  ],
];

const WORKERS: Route[] = [
  ['get', '/worker', { summary: 'Worker counts, kept only', answer: answer.workerList }],
  [
    'put',
    '/worker',
    { summary: 'Set worker counts', body: z.array(workerBody), answer: answer.workerList },
  ],
  ['get', '/worker/{worker_type}', { summary: 'A worker count', answer: answer.worker }],
  [
    'put',
    '/worker/{worker_type}',
    { summary: 'Set a worker count', body: workerBody, answer: answer.worker },
  ],
];

const executeTemplate = (summary: string): Operation => ({
  summary,
  body: templateLaunch,
  answer: answer.run,
});
const TEMPLATES: Route[] = [
  ['get', '/template', { summary: 'Templates', query: templateQuery, answer: answer.templateList }],
  [
    'post',
    '/template',
    {
      summary: 'Make a template, or a new version of one that differs',
      body: templateBody,
      answer: z.object({ did_create: z.boolean(), template: answer.template }),
    },
  ],
  ['get', '/template/{template_id}', { summary: 'A template', answer: answer.template }],
  [
    'put',
    '/template/{template_id}',
    { summary: 'Change description and avatar', body: appearance, answer: answer.template },
  ],
  [
    'delete',
    '/template/{template_id}',
    {
      summary: 'Delete a version of which there are no runs',
      answer: z.object({ deleted: z.boolean() }),
    },
  ],
  [
    'post',
    '/template/{template_id}/preview',
    {
      summary: 'The command that a payload gives; nothing is launched',
      body: z.object({ template_payload: userObject.optional() }),
      answer: z.object({ template_payload: userObject, command: z.string() }),
    },
  ],
  ['put', '/template/{template_id}/execute', executeTemplate('Run a template')],
  [
    'put',
    '/template/name/{template_name}/version/{template_version}/execute',
    executeTemplate('Run a version of a template, or `latest`'),
  ],
  ['get', '/template/history/{run_id}', getRun],
  ['get', '/template/history/{run_id}/payload', getPayload],
  [
    'get',
    '/template/{template_id}/history',
    { ...listRuns, summary: 'Runs of a version of a template' },
  ],
  ['get', '/template/{template_id}/history/{run_id}', getRun],
  ['delete', '/template/{template_id}/history/{run_id}', stopRun],
];

const EXECUTE: Route[] = [['put', '/task/{definition_id}/execute', execute('Run a definition')]];

const VERSIONS: Record<string, Route[]> = {
  v1: [...DEFINITIONS, ...RUNS, ...METADATA],
  v2: EXECUTE,
  v4: EXECUTE,
  v5: WORKERS,
  v6: [
    ...DEFINITIONS,
    ...RUNS,
    ...METADATA,
    ...CLUSTERS,
    ['get', '/{run_id}/status', { summary: 'The status of a run', answer: answer.runStatus }],
    ['get', '/history/{run_id}/payload', getPayload],
    ['get', '/health', { summary: 'Whether this process answers', answer: answer.health }],
  ],
  v7: TEMPLATES,
};

for (const [version, routes] of Object.entries(VERSIONS)) {
  for (const [method, path, operation] of routes) register(version, method, path, operation);
}

function register(version: string, method: Route[0], path: string, operation: Operation): void {
  const { query, body } = operation;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  registry.registerPath({
    method,
    path: `/${version}${path}`,
    summary: operation.summary,
    tags: [version],
    request: {
      ...(names.length === 0
        ? {}
        : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: { required: true, content: jsonOf(body) } }),
    },
    responses: {
      200: { description: 'done', content: contentOf(path, operation.answer) },
      default: { description: 'what went wrong', content: jsonOf(answer.failure) },
    },
  });
}

function jsonOf(schema: z.ZodType) {
  return { 'application/json': { schema } };
}

/** Logs are also to be had as they are. */
function contentOf(path: string, schema: z.ZodType) {
  return path.endsWith('/logs')
    ? { ...jsonOf(schema), 'text/plain': { schema: z.string() } }
    : jsonOf(schema);
}
