import type { RJSFSchema, ValidatorType } from '@rjsf/utils';

/*
 * The form asks which of several schemas a value belongs to. What a payload may be is for the server to
 * say, whose preview is asked as one types: a validator here would compile schemas into code, which the
 * page's content security policy forbids.
 */

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** True unless types, constants, choices or required names tell that the value is another schema's. */
export function fits(schema: unknown, value: unknown): boolean {
  if (schema === false) return false;
  if (typeof schema !== 'object' || schema === null) return true;
  const { type, const: constant, enum: choices, required, properties } = schema as RJSFSchema;
  const { anyOf, allOf } = schema as RJSFSchema;
  if (anyOf !== undefined && !anyOf.some((one) => fits(one, value))) return false;
  if (allOf !== undefined && !allOf.every((one) => fits(one, value))) return false;
  if (value === undefined) return true;
  const types = type === undefined ? [] : [type].flat();
  if (types.length > 0 && !types.some((name) => TYPES[name]?.(value) ?? true)) return false;
  if (constant !== undefined && JSON.stringify(constant) !== JSON.stringify(value)) return false;
  if (
    choices !== undefined &&
    !choices.some((one) => JSON.stringify(one) === JSON.stringify(value))
  )
    return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
  const held = value as Record<string, unknown>;
  if ((required ?? []).some((name) => held[name] === undefined)) return false;
  return Object.entries(properties ?? {}).every(([name, one]) => fits(one, held[name]));
}

/** Finds nothing wrong. */
export const looseValidator: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  isValid: fits,
  rawValidation: () => ({ errors: [] }),
};
