import { Ajv, type AnySchemaObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft6 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import { default as AjvDraft04 } from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { patternOf } from './schema-patterns.ts';
import { violationLine, violationsOf, type Violation } from './schema-errors.ts';
import { modernized } from './schema-words.ts';

export type JsonObject = Record<string, unknown>;

/**
 * All violations at once; a keyword that nobody knows is a note of its author's; `$ref` to another
 * document is an error, since nothing is ever fetched.
 */
const OPTIONS: Options = {
  allErrors: true,
  strict: false,
  // A schema is checked here against its own draft, so that the message can say where.
  validateSchema: false,
  logger: false,
  code: { regExp: patternOf },
};

/** Without `$schema`: the drafts 4, 6 and 7 in one, as the library of flotilla-os understood them. */
const MIXED = 'http://json-schema.org/draft-07/schema';

/** What its `$schema` says that a schema is written in. */
function ajvOf(draft: string): InstanceType<typeof Ajv> {
  if (draft.includes('2020-12')) return withFormats(new Ajv2020(OPTIONS));
  if (draft.includes('2019-09')) return withFormats(new Ajv2019(OPTIONS));
  if (draft.includes('draft-04')) return withFormats(new AjvDraft04(OPTIONS));
  const ajv = new Ajv(OPTIONS);
  return withFormats(draft.includes('draft-06') ? ajv.addMetaSchema(draft6) : ajv);
}

function withFormats<T extends InstanceType<typeof Ajv>>(ajv: T): T {
  addFormats.default(ajv);
  return ajv;
}

/** Drafts by a part of their URI; others are not known here. */
const KNOWN = /draft-0[467]|2019-09|2020-12|^https?:\/\/json-schema\.org\/schema#?$/;

export type Compiled = { validate: ValidateFunction } | { faults: string[] };

/** The schema as a function, or what is wrong with it, each with the place in the schema. */
export function compileSchema(schema: JsonObject): Compiled {
  const said = schema['$schema'];
  if (said !== undefined && (typeof said !== 'string' || !KNOWN.test(said)))
    return { faults: [`/$schema must name draft-04, 06, 07, 2019-09 or 2020-12 of JSON Schema`] };
  const draft = typeof said === 'string' && /draft-0|20\d\d/.test(said) ? said : MIXED;
  const understood = said === undefined ? (modernized(schema) as AnySchemaObject) : schema;
  try {
    const ajv = ajvOf(draft);
    const { $schema: _, ...rest } = understood;
    const checks = ajv.getSchema(draft.replace(/#$/, '')) ?? ajv.getSchema(draft);
    if (checks !== undefined && !checks(rest))
      return { faults: violationsOf(checks.errors ?? []).map(faultLine) };
    return { validate: ajv.compile(rest) };
  } catch (error) {
    return { faults: [error instanceof Error ? error.message : String(error)] };
  }
}

function faultLine(violation: Violation): string {
  return violationLine(violation).replace(/^the payload/, 'the schema');
}

/** What the schema does not allow of the payload; empty when it is valid. */
export function violations(validate: ValidateFunction, payload: JsonObject): Violation[] {
  return validate(payload) ? [] : violationsOf(validate.errors ?? []);
}
