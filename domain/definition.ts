import { isDeepStrictEqual } from 'node:util';
import { checkSecrets, type EnvVar } from './environment.ts';
import { FlotillaError } from './errors.ts';
import type { RetryPolicy } from './retry.ts';
import { refuseLongList, refuseLongTexts } from './sizes.ts';

/** What a definition says; a version is a copy of it. Units: megabytes, millicores. */
export interface DefinitionBody {
  alias: string;
  image: string;
  group_name: string;
  command: string | null;
  memory: number | null;
  cpu: number | null;
  gpu: number | null;
  ephemeral_storage: number | null;
  adaptive_resource_allocation: boolean | null;
  requires_docker: boolean;
  task_type: string | null;
  target_cluster: string | null;
  env: EnvVar[];
  ports: number[];
  tags: string[];
  retry_policy: Partial<RetryPolicy> | null;
}

export interface Definition extends DefinitionBody {
  definition_id: string;
  /** Counts from 1; 0 for a definition of flotilla-os that never changed here. */
  version: number;
}

export type DefinitionPatch = Partial<DefinitionBody>;

export const EMPTY_BODY: DefinitionBody = {
  alias: '',
  image: '',
  group_name: '',
  command: null,
  memory: null,
  cpu: null,
  gpu: null,
  ephemeral_storage: null,
  adaptive_resource_allocation: null,
  requires_docker: false,
  task_type: null,
  target_cluster: null,
  env: [],
  ports: [],
  tags: [],
  retry_policy: null,
};

/** Throws `invalid` with every missing field on a line of its own, in flotilla-os's words. */
export function checkDefinition(body: Pick<DefinitionBody, 'alias' | 'image'>): void {
  const missing = (['image', 'alias'] as const).filter((field) => body[field] === '');
  if (missing.length > 0) {
    const texts = missing.map((field) => `string [${field}] must be specified`);
    throw new FlotillaError('invalid', texts.join('\n'));
  }
}

/**
 * Passes when what is named can be stored, and secrets have names that there can be.
 * @throws FlotillaError `invalid` naming the field
 */
export function refuseTooMuch(patch: DefinitionPatch): void {
  const { alias, image, group_name, tags, ports, env } = patch;
  checkSecrets(env ?? []);
  refuseLongTexts({ alias, image, group_name });
  refuseLongList('tags', tags);
  refuseLongList('ports', ports);
  for (const [i, tag] of (tags ?? []).entries()) refuseLongTexts({ [`tags.${i}`]: tag });
}

/** Applies the fields that a patch names, as PUT does: empty strings and absences change nothing. */
export function mergeDefinition(current: DefinitionBody, patch: DefinitionPatch): DefinitionBody {
  const named = Object.entries(patch).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return { ...current, ...Object.fromEntries(named) };
}

/** Applies the fields that a patch names, as PATCH does: null clears a field. */
export function patchDefinition(current: DefinitionBody, patch: DefinitionPatch): DefinitionBody {
  const named = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...current, ...Object.fromEntries(named) };
}

/** True when both say the same, whatever the order of their keys. */
export function sameBody(a: DefinitionBody, b: DefinitionBody): boolean {
  const keys = Object.keys(EMPTY_BODY) as (keyof DefinitionBody)[];
  return keys.every((key) => isDeepStrictEqual(a[key], b[key]));
}
