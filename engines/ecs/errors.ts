import type { Failure } from '@aws-sdk/client-ecs';
import { FlotillaError, messageOf } from '../../domain/errors.ts';
import { isNamed, isThrottling } from '../../aws/client.ts';
import { errorTerms } from '../aws-errors.ts';

/** Errors by which ECS says that a request is not one that it will ever take. */
const REFUSALS = [
  'ClientException',
  'InvalidParameterException',
  'PlatformUnknownException',
  'PlatformTaskDefinitionIncompatibilityException',
  'UnsupportedFeatureException',
];
/** Texts of refusals that speak of room, and pass. */
const NO_ROOM =
  /no container instances|capacity is unavailable|reached the limit|limit .*(exceeded|concurrent)/i;

/**
 * Missing permissions and clusters can be mended by an operator while the run waits, so they are no reason to
 * give it up; a role that may not be passed is one that the run's definition or the configuration names, and a
 * spec that ECS refuses stays refused.
 */
export const { toFlotillaError, asked } = errorTerms(codeOf);

function codeOf(error: unknown): 'rejected' | 'capacity' | 'unavailable' {
  if (isThrottling(error) || isNamed(error, 'LimitExceededException')) return 'capacity';
  if (isNamed(error, 'AccessDeniedException')) {
    return messageOf(error).includes('iam:PassRole') ? 'rejected' : 'unavailable';
  }
  if (!isNamed(error, ...REFUSALS)) return 'unavailable';
  return NO_ROOM.test(messageOf(error)) ? 'capacity' : 'rejected';
}

/** Why RunTask started nothing, in AWS's words: all of these pass when there is room. */
export function noRoom(what: string, failures: readonly Failure[]): FlotillaError {
  const words = failures.map(({ reason, detail }) =>
    [reason, detail].filter((text) => text !== undefined && text !== '').join(': '),
  );
  const text = words.length === 0 ? 'ECS started no task' : [...new Set(words)].join(', ');
  return new FlotillaError('capacity', `${what}: ${text}`);
}
