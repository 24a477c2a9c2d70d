import { parentPort, workerData } from 'node:worker_threads';
import type { ValidateFunction } from 'ajv';
import { READY, type Answer, type Job, type Recipe } from './jobs.ts';
import { mergeDefaults } from './merge.ts';
import { renderTemplate } from './render.ts';
import { compileSchema, violations } from './schema.ts';
import type { WasmModule } from './web-assembly.ts';

/*
 * A thread of the sandbox: it answers one job at a time, and whatever happens in it ends with it.
 * Schemas belong in here as much as templates: a pattern can take as long as a loop.
 */

const renderer = workerData as WasmModule;

/** Compiling takes longer than the rest; the oldest goes first. */
const KEPT_SCHEMAS = 50;
const kept = new Map<string, ValidateFunction>();

function check({ schema, commandTemplate }: Recipe): Answer {
  const compiled = compileSchema(schema);
  const parsed = renderTemplate(renderer, { template: commandTemplate });
  return {
    checked: {
      schemaFaults: 'faults' in compiled ? compiled.faults : [],
      templateFault: 'fault' in parsed ? parsed.fault : null,
    },
  };
}

/** Null for a schema that is none; templates that another program wrote may have one. */
function validatorOf(schema: Recipe['schema']): ValidateFunction | null {
  const text = JSON.stringify(schema);
  const known = kept.get(text);
  if (known !== undefined) return known;
  const compiled = compileSchema(schema);
  if ('faults' in compiled) return null;
  const [oldest] = kept.keys();
  if (kept.size >= KEPT_SCHEMAS && oldest !== undefined) kept.delete(oldest);
  kept.set(text, compiled.validate);
  return compiled.validate;
}

function evaluate({ schema, commandTemplate, defaults }: Recipe, given: Job['payload']): Answer {
  const payload = mergeDefaults(given ?? {}, defaults);
  const none = { payload, violations: [], fault: null, command: null };
  const validate = validatorOf(schema);
  if (validate === null) {
    const reason = `the schema of this template cannot be used`;
    return { evaluated: { ...none, fault: { line: null, column: null, reason } } };
  }
  const found = violations(validate, payload);
  if (found.length > 0) return { evaluated: { ...none, violations: found } };
  return {
    evaluated: { ...none, ...renderTemplate(renderer, { template: commandTemplate, payload }) },
  };
}

parentPort?.on('message', ({ recipe, payload }: Job) => {
  parentPort?.postMessage(payload === null ? check(recipe) : evaluate(recipe, payload), []);
});

// The first render compiles much of the module, so that the first job is as quick as others.
renderTemplate(renderer, { template: '{{ . }}', payload: {} });
parentPort?.postMessage(READY, []);
