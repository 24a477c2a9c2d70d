import type { Caller } from '../domain/caller.ts';
import { conflict, invalid, notFound } from '../domain/errors.ts';
import {
  checkAppearance,
  checkTemplate,
  fullTemplate,
  LATEST,
  newTemplateId,
  templateDifference,
  type Appearance,
  type Template,
  type TemplateBody,
} from '../domain/template.ts';
import {
  findTemplate,
  findTemplateByName,
  hasRuns,
  insertTemplate,
  listTemplates,
  lockTemplate,
  lockTemplateName,
  removeTemplate,
  updateAppearance,
  versionsOfTemplate,
  type TemplateListQuery,
  type TemplatePage,
} from '../db/templates.ts';
import { transact } from '../db/client.ts';
import type { Acting, Services } from './context.ts';
import { faultText } from './render-template.ts';

export interface CreatedTemplate {
  /** False when the latest version says the same already. */
  didCreate: boolean;
  template: Template;
}

/**
 * Makes a template, or a new version of one when it differs from the latest of its name. A description is no
 * difference; one that is given becomes the latest version's.
 * @throws FlotillaError `invalid`: something is missing, the schema is none (with the place), or the
 *   command template cannot be parsed (with line and reason)
 */
export async function createTemplate(
  services: Services,
  caller: Caller,
  body: Partial<TemplateBody>,
): Promise<CreatedTemplate> {
  const full = fullTemplate(body);
  checkTemplate(full);
  await refuseUnusable(services, full);
  return transact(services.db, async (tx) => {
    await lockTemplateName(tx, full.template_name);
    const latest = await findTemplateByName(tx, full.template_name, null);
    if (latest !== null && templateDifference(latest, full).length === 0) {
      const description = full.description ?? latest.description;
      if (description !== latest.description)
        await updateAppearance(tx, latest.template_id, { description });
      return { didCreate: false, template: { ...latest, description } };
    }
    const template: Template = {
      ...full,
      description: full.description ?? latest?.description ?? null,
      template_id: newTemplateId(),
      version: (latest?.version ?? 0) + 1,
      created_at: new Date(),
      created_by: caller.name ?? 'unknown',
    };
    await insertTemplate(tx, template);
    return { didCreate: true, template };
  });
}

/** @throws FlotillaError `invalid` naming `schema` or `command_template` */
async function refuseUnusable(
  services: Services,
  { schema, command_template: commandTemplate, defaults }: TemplateBody,
): Promise<void> {
  const { schemaFaults, templateFault } = await services.templates.check({
    schema,
    commandTemplate,
    defaults,
  });
  if (schemaFaults.length > 0) throw invalid('schema', schemaFaults.join('\n'));
  if (templateFault !== null) throw invalid('command_template', faultText(templateFault));
}

/** @throws FlotillaError `not_found` */
export async function getTemplate(
  services: Acting,
  _caller: Caller,
  id: string,
): Promise<Template> {
  const template = await findTemplate(services.db, id);
  if (template === null) throw unknownId(id);
  return template;
}

/**
 * A version of a name.
 * @param version its number, or `latest`
 * @throws FlotillaError `not_found`, `invalid` (no version can be called so)
 */
export async function getTemplateByName(
  services: Acting,
  _caller: Caller,
  name: string,
  version: string,
): Promise<Template> {
  const number = version === LATEST ? null : Number(version);
  if (number !== null && !/^\d{1,9}$/.test(version))
    throw invalid('template_version', `${version} is neither a number nor ${LATEST}`);
  const template = await findTemplateByName(services.db, name, number);
  if (template !== null) return template;
  throw notFound(
    `invalid template name or version, template_name: ${name}, template_version: ${version}`,
  );
}

export async function searchTemplates(
  services: Services,
  _caller: Caller,
  query: TemplateListQuery,
): Promise<TemplatePage> {
  return listTemplates(services.db, query);
}

/**
 * Every version of the name that a template has, the newest first.
 * @throws FlotillaError `not_found`
 */
export async function templateVersions(
  services: Services,
  caller: Caller,
  id: string,
): Promise<Template[]> {
  const { template_name: name } = await getTemplate(services, caller, id);
  return versionsOfTemplate(services.db, name);
}

/**
 * Changes what people see of a version; what runs do stays, and so does the version.
 * @throws FlotillaError `not_found`, `invalid`
 */
export async function changeAppearance(
  services: Services,
  caller: Caller,
  id: string,
  { description, avatar_uri: avatarUri }: Appearance,
): Promise<Template> {
  checkAppearance({
    ...(description !== undefined && { description }),
    ...(avatarUri !== undefined && { avatar_uri: avatarUri }),
  });
  await updateAppearance(services.db, id, {
    ...(description !== undefined && { description }),
    ...(avatarUri !== undefined && { avatarUri }),
  });
  return getTemplate(services, caller, id);
}

/**
 * Deletes a version that no run was ever made of.
 * @throws FlotillaError `not_found`, `conflict` (it has runs)
 */
export async function deleteTemplate(
  services: Services,
  _caller: Caller,
  id: string,
): Promise<void> {
  await transact(services.db, async (tx) => {
    if ((await lockTemplate(tx, id)) === null) throw unknownId(id);
    if (await hasRuns(tx, id))
      throw conflict(`template ${id} has runs, whose history names it; it stays`);
    await removeTemplate(tx, id);
  });
}

function unknownId(id: string) {
  return notFound(`Template with ID ${id} not found`);
}
