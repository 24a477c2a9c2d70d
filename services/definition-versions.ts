import type { Caller } from '../domain/caller.ts';
import { EMPTY_BODY } from '../domain/definition.ts';
import { notFound } from '../domain/errors.ts';
import {
  findVersion,
  versionsOf,
  type VersionHead,
  type VersionRow,
} from '../db/definition-versions.ts';
import { getDefinition } from './definitions.ts';
import type { Services } from './context.ts';

/**
 * The versions of a definition, the newest first, at most a thousand.
 * @throws FlotillaError `not_found`
 */
export async function listVersions(
  services: Services,
  caller: Caller,
  id: string,
): Promise<VersionHead[]> {
  await getDefinition(services, caller, id);
  return versionsOf(services.db, id);
}

/** @throws FlotillaError `not_found` for a definition or a version that there is not */
export async function getVersion(
  services: Services,
  _caller: Caller,
  id: string,
  version: number,
): Promise<VersionRow> {
  const row = await findVersion(services.db, id, version);
  if (row === null) throw notFound(`Definition with ID ${id} has no version ${version}`);
  // One that was stored before a field was known has the field's default.
  return { ...row, body: { ...EMPTY_BODY, ...row.body } };
}
