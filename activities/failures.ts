import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { FlotillaError, isAbort, messageOf, type ErrorCode } from '../domain/errors.ts';

/** Codes that no repetition cures. */
const PERMANENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'rejected',
]);

/** Our errors as Temporal's: the code is the failure's type, and permanent ones are not retried. */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof FlotillaError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.code,
      nonRetryable: PERMANENT.has(error.code),
      cause: error,
    });
  }
  if (isAbort(error)) {
    return new CancelledFailure(error.message);
  }
  return ApplicationFailure.create({
    message: messageOf(error),
    type: 'unavailable',
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** Activities whose errors reach workflows in Temporal's terms. */
export function withFailures<T extends Record<string, (...args: never[]) => Promise<unknown>>>(
  activities: T,
): T {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: never[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
