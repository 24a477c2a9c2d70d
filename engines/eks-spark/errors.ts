import { messageOf } from '../../domain/errors.ts';
import { isNamed, isThrottling } from '../../aws/client.ts';
import { errorTerms } from '../aws-errors.ts';

/** Texts of refusals that speak of room, and pass. */
const NO_ROOM = /limit|quota|throttl/i;

/**
 * What an operator can mend while the run waits, such as a missing permission or virtual cluster, is no reason
 * to give it up; a request that EMR refuses stays refused.
 */
export const { toFlotillaError, asked } = errorTerms(codeOf);

function codeOf(error: unknown): 'rejected' | 'capacity' | 'unavailable' {
  if (isThrottling(error) || isNamed(error, 'ServiceQuotaExceededException')) return 'capacity';
  if (isRefusal(error)) return NO_ROOM.test(messageOf(error)) ? 'capacity' : 'rejected';
  return 'unavailable';
}

/** EMR will never take the request; a release that it does not have counts, too. */
export function isRefusal(error: unknown): boolean {
  if (isNamed(error, 'ValidationException')) return true;
  return isNamed(error, 'ResourceNotFoundException') && /release/i.test(messageOf(error));
}
