import { createRoute } from '@hono/zod-openapi';
import { defined } from '../../domain/defined.ts';
import type { Evaluated } from '../../templates/jobs.ts';
import { previewTemplate, renderTemplate } from '../../services/render-template.ts';
import { noticesOf } from '../../services/notices.ts';
import { submitRun } from '../../services/submit.ts';
import {
  changeAppearance,
  createTemplate,
  deleteTemplate,
  getTemplate,
  searchTemplates,
  templateVersions,
} from '../../services/templates.ts';
import { failures, idParam, jsonBody, needsJson, ok, v8Routes } from './kit.ts';
import { launchRequest } from './launch-request.ts';
import { runJson } from './run-json.ts';
import { run, templateLaunch } from './run-schema.ts';
import {
  bodyOf,
  createdTemplate,
  draft,
  newTemplate,
  payloadBody,
  preview,
  template,
  templateJson,
  templateList,
  templateListQuery,
  templatePatch,
} from './template-schema.ts';

const params = idParam('template_id');
const tags = ['templates'];

const listRoute = createRoute({
  method: 'get',
  path: '/templates',
  operationId: 'listTemplates',
  summary: 'The latest version of each template, by name',
  tags,
  request: { query: templateListQuery },
  responses: { 200: ok(templateList, 'templates'), ...failures },
});

const createRouteOf = createRoute({
  method: 'post',
  path: '/templates',
  operationId: 'createTemplate',
  summary: 'Make a template, or a new version of one that differs from its latest',
  description: 'The schema must be one, and the command template must parse.',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(newTemplate) },
  responses: {
    200: ok(createdTemplate, 'the latest version, which says the same'),
    201: ok(createdTemplate, 'the new version'),
    ...failures,
  },
});

const draftRoute = createRoute({
  method: 'post',
  path: '/template-previews',
  operationId: 'previewDraft',
  summary: 'What a payload gives with a template that is not stored',
  tags,
  middleware: needsJson,
  request: { body: jsonBody(draft) },
  responses: { 200: ok(preview, 'the command, or what is wrong'), ...failures },
});

const getRoute = createRoute({
  method: 'get',
  path: '/templates/{template_id}',
  operationId: 'getTemplate',
  summary: 'A version of a template',
  tags,
  request: { params },
  responses: { 200: ok(template, 'the template'), ...failures },
});

const patchRoute = createRoute({
  method: 'patch',
  path: '/templates/{template_id}',
  operationId: 'updateTemplate',
  summary: 'Change description and avatar of a version, which stays the same version',
  tags,
  middleware: needsJson,
  request: { params, body: jsonBody(templatePatch) },
  responses: { 200: ok(template, 'the template as it is now'), ...failures },
});

const deleteRoute = createRoute({
  method: 'delete',
  path: '/templates/{template_id}',
  operationId: 'deleteTemplate',
  summary: 'Delete a version of which there are no runs; else it is a conflict',
  tags,
  request: { params },
  responses: { 204: { description: 'it is deleted' }, ...failures },
});

const versionsRoute = createRoute({
  method: 'get',
  path: '/templates/{template_id}/versions',
  operationId: 'listTemplateVersions',
  summary: 'Every version of the name that a template has, the newest first',
  tags,
  request: { params },
  responses: { 200: ok(templateList, 'the versions'), ...failures },
});

const previewRoute = createRoute({
  method: 'post',
  path: '/templates/{template_id}/preview',
  operationId: 'previewTemplate',
  summary: 'What a payload gives; nothing is launched',
  tags,
  middleware: needsJson,
  request: { params, body: jsonBody(payloadBody) },
  responses: { 200: ok(preview, 'the command, or what is wrong'), ...failures },
});

const launchRoute = createRoute({
  method: 'post',
  path: '/templates/{template_id}/runs',
  operationId: 'launchTemplate',
  summary: 'Run a version of a template',
  tags,
  middleware: needsJson,
  request: { params, body: jsonBody(templateLaunch) },
  responses: { 201: ok(run, 'the run, which is stored'), ...failures },
});

/** Templates, what payloads give with them, and their runs. */
export const templateRoutes = v8Routes()
  .openapi(listRoute, async (c) => {
    const { name_contains: nameContains = null, ...slice } = c.req.valid('query');
    const { templates, total } = await searchTemplates(c.get('services'), c.get('caller'), {
      ...slice,
      nameContains,
      latestOnly: true,
      sortBy: 'template_name',
      order: 'asc',
    });
    return c.json({ templates: templates.map(templateJson), total }, 200);
  })
  .openapi(createRouteOf, async (c) => {
    const body = bodyOf(c.req.valid('json'));
    const { didCreate, template: made } = await createTemplate(
      c.get('services'),
      c.get('caller'),
      body,
    );
    c.header('location', `/api/v8/templates/${encodeURIComponent(made.template_id)}`);
    return c.json({ created: didCreate, template: templateJson(made) }, didCreate ? 201 : 200);
  })
  .openapi(draftRoute, async (c) => {
    const { payload, ...recipe } = c.req.valid('json');
    const given = await previewTemplate(c.get('services'), c.get('caller'), recipe, payload);
    return c.json(previewJson(given), 200);
  })
  .openapi(getRoute, async (c) => {
    const { template_id: id } = c.req.valid('param');
    return c.json(templateJson(await getTemplate(c.get('services'), c.get('caller'), id)), 200);
  })
  .openapi(patchRoute, async (c) => {
    const { template_id: id } = c.req.valid('param');
    const change = defined(c.req.valid('json'));
    const changed = await changeAppearance(c.get('services'), c.get('caller'), id, change);
    return c.json(templateJson(changed), 200);
  })
  .openapi(deleteRoute, async (c) => {
    const { template_id: id } = c.req.valid('param');
    await deleteTemplate(c.get('services'), c.get('caller'), id);
    return c.body(null, 204);
  })
  .openapi(versionsRoute, async (c) => {
    const { template_id: id } = c.req.valid('param');
    const versions = await templateVersions(c.get('services'), c.get('caller'), id);
    return c.json({ templates: versions.map(templateJson), total: versions.length }, 200);
  })
  .openapi(previewRoute, async (c) => {
    const { template_id: id } = c.req.valid('param');
    const { payload } = c.req.valid('json');
    const found = await getTemplate(c.get('services'), c.get('caller'), id);
    const given = await previewTemplate(c.get('services'), c.get('caller'), found, payload);
    return c.json(previewJson(given), 200);
  })
  .openapi(launchRoute, async (c) => {
    const services = c.get('services');
    const caller = c.get('caller');
    const { template_id: id } = c.req.valid('param');
    const { payload, ...body } = c.req.valid('json');
    const render = async () =>
      renderTemplate(services, caller, await getTemplate(services, caller, id), payload);
    const accepted = await submitRun(services, caller, render, launchRequest(caller, body));
    const notices = noticesOf(services, accepted.engine, accepted.clusterName ?? '');
    c.header('location', `/api/v8/runs/${encodeURIComponent(accepted.runId)}`);
    return c.json(runJson(accepted, notices), 201);
  });

function previewJson({ payload, command, violations, fault }: Evaluated) {
  return { payload, command, violations, fault };
}
