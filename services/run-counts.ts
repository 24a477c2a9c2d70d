import type { Caller } from '../domain/caller.ts';
import type { Status } from '../domain/lifecycle/status.ts';
import type { RunMatch } from '../domain/run-match.ts';
import { countByStatus, countOfDefinition, type Count } from '../db/run-counts.ts';
import { filterOf } from '../db/run-filter.ts';
import type { Services } from './context.ts';
import { getDefinition } from './definitions.ts';

/**
 * How many runs are wanted, for each status; bounded, as `exact` says.
 * @throws FlotillaError `unavailable` (it took too long)
 */
export async function countRuns(
  services: Services,
  _caller: Caller,
  match: RunMatch,
): Promise<(Count & { status: Status })[]> {
  return countByStatus(services.db, filterOf(match));
}

/**
 * How many runs a definition has, and how many of them are not over.
 * @throws FlotillaError `not_found`
 */
export async function countDefinitionRuns(
  services: Services,
  caller: Caller,
  id: string,
): Promise<{ runs: Count; open: Count }> {
  const { definition_id: known } = await getDefinition(services, caller, id);
  return countOfDefinition(services.db, known);
}
