import type { Context } from 'hono';
import { defined } from '../../domain/defined.ts';
import { storedVariable } from '../../domain/environment.ts';
import { FlotillaError, invalid } from '../../domain/errors.ts';
import type { Template } from '../../domain/template.ts';
import type { TemplateSort } from '../../db/templates.ts';
import type { RunRow } from '../../db/runs.ts';
import { noticesOf } from '../../services/notices.ts';
import { renderTemplate } from '../../services/render-template.ts';
import { composeRun, submitRun } from '../../services/submit.ts';
import {
  changeAppearance,
  createTemplate,
  deleteTemplate,
  getTemplate,
  getTemplateByName,
  searchTemplates,
} from '../../services/templates.ts';
import { decodeBody } from '../decode/decode.ts';
import {
  appearanceFields,
  payloadFields,
  templateFields,
  templateLaunchFields,
} from '../decode/fields.ts';
import type { ApiEnv } from '../env.ts';
import { requestOf, textOf } from './execute.ts';
import { parseListQuery } from './list-query.ts';
import { pathParam } from './path.ts';
import { dryRunJson, runJson, templateJson } from './shapes.ts';

const SORTS = ['template_name', 'version'] as const satisfies readonly TemplateSort[];
const NO_OWNER =
  'request payload must contain [owner_id]; the run_tags field is deprecated for the v7 endpoint.';

/** The latest version of each name, or with `latest_only=false` all. */
export async function list(c: Context<ApiEnv>): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const { limit, offset, sortBy, order } = parseListQuery(searchParams, SORTS, 'template_name');
  const { templates, total } = await searchTemplates(c.get('services'), c.get('caller'), {
    latestOnly: latestOnly(searchParams.get('latest_only')),
    nameContains: null,
    limit,
    offset,
    sortBy,
    order,
  });
  return c.json({
    templates: templates.map(templateJson),
    total,
    limit,
    offset,
    sort_by: sortBy,
    order,
  });
}

function latestOnly(text: string | null): boolean {
  const lower = (text ?? 'true').toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw invalid('latest_only', `${text} is not true or false`);
}

export async function create(c: Context<ApiEnv>): Promise<Response> {
  const { env, ...same } = decodeBody(templateFields, await c.req.text());
  const body = defined({ ...same, env: env?.map(storedVariable) });
  const created = await createTemplate(c.get('services'), c.get('caller'), body);
  return c.json({ did_create: created.didCreate, template: templateJson(created.template) });
}

export async function get(c: Context<ApiEnv>): Promise<Response> {
  return c.json(templateJson(await byId(c)));
}

/** Description and avatar only: everything else makes a new version, by a POST. */
export async function update(c: Context<ApiEnv>): Promise<Response> {
  const change = defined(decodeBody(appearanceFields, await c.req.text()));
  const id = pathParam(c, 'template_id');
  const changed = await changeAppearance(c.get('services'), c.get('caller'), id, change);
  return c.json(templateJson(changed));
}

export async function remove(c: Context<ApiEnv>): Promise<Response> {
  await deleteTemplate(c.get('services'), c.get('caller'), pathParam(c, 'template_id'));
  return c.json({ deleted: true });
}

/** The command that a payload gives, and the payload merged with the defaults. Nothing is launched. */
export async function preview(c: Context<ApiEnv>): Promise<Response> {
  const { template_payload: payload = {} } = decodeBody(payloadFields, await c.req.text());
  const template = await byId(c);
  const made = await renderTemplate(c.get('services'), c.get('caller'), template, payload);
  return c.json({ template_payload: made.templatePayload, command: made.command });
}

export function execute(c: Context<ApiEnv>): Promise<Response> {
  return launch(c, () => byId(c));
}

export function executeByName(c: Context<ApiEnv>): Promise<Response> {
  const [name, version] = [pathParam(c, 'template_name'), pathParam(c, 'template_version')];
  return launch(c, () => getTemplateByName(c.get('services'), c.get('caller'), name, version));
}

async function launch(c: Context<ApiEnv>, find: () => Promise<Template>): Promise<Response> {
  const services = c.get('services');
  const caller = c.get('caller');
  const body = decodeBody(templateLaunchFields, await c.req.text());
  const owner = textOf(body.owner_id);
  if (owner === null) throw new FlotillaError('invalid', NO_OWNER);
  const cluster = textOf(body.cluster_name) ?? textOf(body.cluster);
  const request = { ...requestOf(body), owner, cluster };
  const render = async () =>
    renderTemplate(services, caller, await find(), body.template_payload ?? {});
  if (body.dry_run === true) {
    const run = await composeRun(services, render, request);
    return c.json(dryRunJson(run as RunRow));
  }
  const run = await submitRun(services, caller, render, request);
  return c.json(runJson(run, noticesOf(services, run.engine, run.clusterName ?? '')));
}

function byId(c: Context<ApiEnv>): Promise<Template> {
  return getTemplate(c.get('services'), c.get('caller'), pathParam(c, 'template_id'));
}
