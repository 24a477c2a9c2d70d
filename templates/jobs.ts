import type { RenderFault } from './render.ts';
import type { JsonObject } from './schema.ts';
import type { Violation } from './schema-errors.ts';

/** Of a template, what decides which command a payload gives. */
export interface Recipe {
  schema: JsonObject;
  commandTemplate: string;
  defaults: JsonObject;
}

/** What a thread of the sandbox is asked. Without a payload, whether the recipe is well-formed. */
export interface Job {
  recipe: Recipe;
  payload: JsonObject | null;
}

/** What is wrong with a recipe, whatever the payload. */
export interface Checked {
  /** Lines, each with its place in the schema. */
  schemaFaults: string[];
  templateFault: RenderFault | null;
}

/** What a payload gives. Merged: over the template's defaults. */
export interface Evaluated {
  payload: JsonObject;
  /** With any of them nothing is rendered. */
  violations: Violation[];
  fault: RenderFault | null;
  /** Null with violations or a fault. */
  command: string | null;
}

export type Answer = { checked: Checked } | { evaluated: Evaluated };

/** What a thread says when it can take a job; the time that it takes to start is nobody's job's. */
export const READY = 'ready';
