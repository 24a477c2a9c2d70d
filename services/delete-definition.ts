import type { Caller } from '../domain/caller.ts';
import { FlotillaError } from '../domain/errors.ts';
import type { Services } from './context.ts';

/** Stands in for the use case of services/definitions.ts. */
export async function deleteDefinition(
  _services: Services,
  _caller: Caller,
  _id: string,
  _options: { stop: boolean },
): Promise<void> {
  throw new FlotillaError('unavailable', 'definitions cannot be deleted yet');
}
