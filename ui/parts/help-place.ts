import type { Schemas } from '../../client/client.ts';
import { paths, type Place } from '../paths.ts';

/**
 * Where it is explained why a run is as it is: in QUEUED, the reasons to wait; once an attempt has failed, what its
 * class means; else its status.
 */
export function helpPlace(
  { status }: Pick<Schemas['Run'], 'status'>,
  attempts: readonly Pick<Schemas['Attempt'], 'failure_class'>[],
): Place {
  if (status === 'QUEUED') return { to: paths.helpQueued(), hash: '' };
  const failure = attempts.at(-1)?.failure_class ?? null;
  const ended = status === 'STOPPED' || status === 'NEEDS_RETRY';
  return ended && failure !== null
    ? placeOfFailure(failure)
    : { to: paths.helpStatuses(), hash: (status ?? 'statuses').toLowerCase() };
}

/** Where a failure class is explained. */
export function placeOfFailure(failure: string): Place {
  return { to: paths.helpStatuses(), hash: failure };
}
