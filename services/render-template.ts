import type { Caller } from '../domain/caller.ts';
import { FlotillaError } from '../domain/errors.ts';
import {
  executableOf,
  type Executable,
  type JsonObject,
  type Template,
} from '../domain/template.ts';
import type { Evaluated } from '../templates/jobs.ts';
import type { RenderFault } from '../templates/render.ts';
import { violationLine } from '../templates/schema-errors.ts';
import type { Services } from './context.ts';

type Recipe = Pick<Template, 'schema' | 'command_template' | 'defaults'>;

/** What a payload gives with a template: the command, or all that is wrong. */
export async function previewTemplate(
  services: Services,
  _caller: Caller,
  { schema, command_template: commandTemplate, defaults }: Recipe,
  payload: JsonObject,
): Promise<Evaluated> {
  const given = await services.templates.evaluate({ schema, commandTemplate, defaults }, payload);
  if (given.command?.includes('\0') !== true) return given;
  const fault = { line: null, column: null, reason: 'the command has a null byte' };
  return { ...given, command: null, fault };
}

/**
 * A template with a payload, as a run is made of it.
 * @throws FlotillaError `invalid`: a line for each violation of the schema, with its path; or where and why
 *   the template does not render
 */
export async function renderTemplate(
  services: Services,
  caller: Caller,
  template: Template,
  payload: JsonObject,
): Promise<Executable> {
  const given = await previewTemplate(services, caller, template, payload);
  const lines = given.violations.map(violationLine);
  if (given.fault !== null) lines.push(faultText(given.fault));
  if (lines.length > 0) throw new FlotillaError('invalid', lines.join('\n'));
  return executableOf(template, given.payload, given.command);
}

/** `command_template, line 3, column 7: …`. */
export function faultText({ line, column, reason }: RenderFault): string {
  const place = [
    'the command template',
    line === null ? '' : `, line ${line}`,
    column === null ? '' : `, column ${column}`,
  ].join('');
  return `${place}: ${reason}`;
}
