import type { Caller } from '../domain/caller.ts';
import {
  checkDefinition,
  EMPTY_BODY,
  mergeDefinition,
  refuseTooMuch,
  sameBody,
  type Definition,
  type DefinitionBody,
  type DefinitionPatch,
} from '../domain/definition.ts';
import { conflict, notFound } from '../domain/errors.ts';
import { newDefinitionId } from '../domain/run.ts';
import {
  aliasTaken,
  definitionExists,
  findDefinition,
  findDefinitionByAlias,
  hideDefinition,
  lockDefinition,
  saveDefinition,
} from '../db/definitions.ts';
import { groupNames, tagNames, type NamePage, type NameSearch } from '../db/names.ts';
import { liveRunsOf } from '../db/runs.ts';
import {
  listDefinitions,
  listDefinitionsAfter,
  type DefinitionListQuery,
  type DefinitionPage,
  type DefinitionsAfterQuery,
} from '../db/definition-list.ts';
import { transact, type Tx } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';
import type { Acting, Services } from './context.ts';
import { stopRun } from './stop.ts';

const UNIQUE_VIOLATION = '23505';

/**
 * Defines a job. Its first version is written with it.
 * @throws FlotillaError `invalid` (fields missing, too long), `conflict` (the alias is taken)
 */
export async function createDefinition(
  services: Services,
  caller: Caller,
  body: Partial<DefinitionBody>,
): Promise<Definition> {
  const full = mergeDefinition(EMPTY_BODY, body);
  checkDefinition(full);
  refuseTooMuch(body);
  const definition = { ...full, definition_id: newDefinitionId(full.group_name), version: 1 };
  await guardAlias(definition.alias, () =>
    transact(services.db, async (tx) => {
      await refuseTakenAlias(tx, definition);
      await saveDefinition(tx, definition, authorOf(caller));
    }),
  );
  return definition;
}

/**
 * Changes the fields that a patch names; each change is a version.
 * @param apply what a patch means: by default an empty value changes nothing
 * @throws FlotillaError `invalid` (too long), `not_found`, `conflict` (the alias is taken)
 */
export async function updateDefinition(
  services: Services,
  caller: Caller,
  id: string,
  patch: DefinitionPatch,
  apply: (current: DefinitionBody, patch: DefinitionPatch) => DefinitionBody = mergeDefinition,
): Promise<Definition> {
  refuseTooMuch(patch);
  return guardAlias(patch.alias ?? '', () =>
    transact(services.db, async (tx) => {
      const current = await lockDefinition(tx, id);
      if (current === null) throw unknownId(id);
      const merged = apply(current, patch);
      if (sameBody(current, merged)) return current;
      const definition = { ...merged, definition_id: id, version: current.version + 1 };
      await refuseTakenAlias(tx, definition);
      await saveDefinition(tx, definition, authorOf(caller));
      return definition;
    }),
  );
}

export async function getDefinition(
  services: Acting,
  _caller: Caller,
  id: string,
): Promise<Definition> {
  const definition = await findDefinition(services.db, id);
  if (definition === null) throw unknownId(id);
  return definition;
}

export async function getDefinitionByAlias(
  services: Services,
  _caller: Caller,
  alias: string,
): Promise<Definition> {
  const definition = await findDefinitionByAlias(services.db, alias);
  if (definition === null) throw notFound(`Definition with alias ${alias} not found`);
  return definition;
}

export async function searchDefinitions(
  services: Services,
  _caller: Caller,
  query: DefinitionListQuery,
): Promise<DefinitionPage> {
  return listDefinitions(services.db, query);
}

/** Definitions from a position on, for a caller that goes through them page by page. */
export async function searchDefinitionsAfter(
  services: Services,
  _caller: Caller,
  query: DefinitionsAfterQuery,
): Promise<DefinitionPage> {
  return listDefinitionsAfter(services.db, query);
}

/**
 * Passes when there is such a definition, deleted or not: runs of a deleted one are still listed.
 * @throws FlotillaError `not_found`
 */
export async function requireDefinition(services: Services, id: string): Promise<void> {
  if (!(await definitionExists(services.db, id))) throw unknownId(id);
}

/**
 * Hides a definition; its runs and versions stay. One that there is not counts as deleted.
 * @param options.stop stops its live runs first
 * @throws FlotillaError `conflict` with the number of live runs
 */
export async function deleteDefinition(
  services: Services,
  caller: Caller,
  id: string,
  options: { stop: boolean },
): Promise<void> {
  const live = await transact(services.db, async (tx) => {
    if ((await lockDefinition(tx, id)) === null) return [];
    const runs = await liveRunsOf(tx, id);
    const foreign = runs.filter((run) => run.workflowId === null);
    if (foreign.length > 0) throw inUse(id, foreign.length, ' that belong to another Flotilla');
    if (runs.length > 0 && !options.stop) throw inUse(id, runs.length, '; stop=true stops them');
    await hideDefinition(tx, id);
    return runs;
  });
  for (const run of live) await stopRun(services, caller, run.runId);
}

function inUse(id: string, runs: number, more: string) {
  return conflict(`definition ${id} has ${runs} live runs${more}`);
}

/** The groups that definitions are in, ascending. */
export async function listGroups(
  services: Services,
  _caller: Caller,
  search: NameSearch,
): Promise<NamePage> {
  return groupNames(services.db, search);
}

/** The tags that definitions carry, ascending. */
export async function listTags(
  services: Services,
  _caller: Caller,
  search: NameSearch,
): Promise<NamePage> {
  return tagNames(services.db, search);
}

function unknownId(id: string) {
  return notFound(`Definition with ID ${id} not found`);
}

/** The spelling of this text is flotilla-os's. */
function taken(alias: string) {
  return conflict(`definition with alias [${alias}] aleady exists`, 'alias');
}

async function refuseTakenAlias(tx: Tx, definition: Definition): Promise<void> {
  if (await aliasTaken(tx, definition.alias, definition.definition_id)) {
    throw taken(definition.alias);
  }
}

/** Two at once with one alias: the unique constraint decides. */
async function guardAlias<T>(alias: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) throw taken(alias);
    throw error;
  }
}

function authorOf(caller: Caller): string {
  return caller.name ?? 'unknown';
}
