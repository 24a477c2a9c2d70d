import { Hono } from 'hono';
import type { ApiEnv } from '../env.ts';
import * as clusters from './clusters.ts';
import * as definitions from './definitions.ts';
import * as execute from './execute.ts';
import { health } from './health.ts';
import { getLogs } from './logs.ts';
import * as metadata from './metadata.ts';
import type { Handler } from './path.ts';
import * as runs from './runs.ts';
import * as status from './status.ts';
import * as templates from './templates.ts';
import * as workers from './workers.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Route = readonly [Method, string, Handler];

const DEFINITIONS: Route[] = [
  ['GET', '/task', definitions.list],
  ['POST', '/task', definitions.create],
  ['GET', '/task/alias/:alias', definitions.getByAlias],
  ['PUT', '/task/alias/:alias/execute', execute.byAlias],
];

const RUNS: Route[] = [
  ['GET', '/history', runs.list],
  ['GET', '/history/:run_id', runs.get],
  ['GET', '/task/history/:run_id', runs.get],
  ['GET', '/task/:definition_id/history', runs.listOfDefinition],
  ['GET', '/task/:definition_id/history/:run_id', runs.get],
  ['DELETE', '/task/:definition_id/history/:run_id', runs.stop],
];

const DEFINITION: Route[] = [
  ['GET', '/task/:definition_id', definitions.get],
  ['PUT', '/task/:definition_id', definitions.update],
  ['DELETE', '/task/:definition_id', definitions.remove],
];

const METADATA: Route[] = [
  ['GET', '/groups', metadata.groups],
  ['GET', '/tags', metadata.tags],
];

/**
 * Every route of v1 to v7 that there is. Some paths overlap (`/{run_id}/status`, `/history/{run_id}`):
 * within a version the first one matches, as in flotilla-os.
 */
const ROUTES: Record<string, Route[]> = {
  v1: [
    ...DEFINITIONS,
    ...DEFINITION,
    ['PUT', '/task/:definition_id/execute', execute.v1],
    ...RUNS,
    ['PUT', '/:run_id/status', status.put],
    ['GET', '/:run_id/logs', getLogs],
    ['GET', '/:run_id/events', runs.events],
    ...METADATA,
    ['GET', '/clusters', clusters.list],
  ],
  v2: [['PUT', '/task/:definition_id/execute', execute.v2]],
  v4: [['PUT', '/task/:definition_id/execute', execute.v4]],
  v5: [
    ['GET', '/worker', workers.list],
    ['PUT', '/worker', workers.updateAll],
    ['GET', '/worker/:worker_type', workers.get],
    ['PUT', '/worker/:worker_type', workers.update],
  ],
  v6: [
    ['GET', '/clusters', clusters.list],
    ['POST', '/clusters', clusters.create],
    ['GET', '/clusters/:cluster_id', clusters.get],
    ['PUT', '/clusters/:cluster_id', clusters.update],
    ['DELETE', '/clusters/:cluster_id', clusters.remove],
    ['GET', '/:run_id/events', runs.events],
    ...METADATA,
    ['GET', '/health', health],
    ['GET', '/history/:run_id/payload', runs.payload],
    ...DEFINITIONS,
    ...RUNS,
    ...DEFINITION,
    ['PUT', '/task/:definition_id/execute', execute.v4],
    ['GET', '/:run_id/status', status.get],
    ['PUT', '/:run_id/status', status.put],
    ['GET', '/:run_id/logs', getLogs],
  ],
  v7: [
    ['PUT', '/template/:template_id/execute', templates.execute],
    [
      'PUT',
      '/template/name/:template_name/version/:template_version/execute',
      templates.executeByName,
    ],
    ['GET', '/template', templates.list],
    ['POST', '/template', templates.create],
    ['GET', '/template/:template_id', templates.get],
    ['PUT', '/template/:template_id', templates.update],
    ['DELETE', '/template/:template_id', templates.remove],
    ['POST', '/template/:template_id/preview', templates.preview],
    ['GET', '/template/history/:run_id', runs.get],
    ['GET', '/template/history/:run_id/payload', runs.payload],
    ['GET', '/template/:template_id/history', runs.listOfTemplate],
    ['GET', '/template/:template_id/history/:run_id', runs.get],
    ['DELETE', '/template/:template_id/history/:run_id', runs.stop],
  ],
};

/** The API of flotilla-os, under `/api/<version>`. */
export function legacyRoutes(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const [version, routes] of Object.entries(ROUTES)) {
    for (const [method, path, handler] of routes) app.on(method, `/${version}${path}`, handler);
  }
  return app;
}
