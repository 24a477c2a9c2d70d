/**
 * Every failure this service answers with on purpose. One mapper turns a code into an HTTP status
 * (api/errors.ts), one into a Temporal ApplicationFailure (activities/failures.ts).
 */
export const ERROR_CODES = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'rate_limited',
  'rejected',
  'capacity',
  'unavailable',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * `unauthenticated`: no token, or none that is valid. `rate_limited`: too many requests, which were
 * not looked at. `rejected`: an engine refuses the job for good. `capacity`: it has no room now.
 * `unavailable`: something we depend on does not answer.
 */
export class FlotillaError extends Error {
  readonly code: ErrorCode;
  /** The request field at fault, where there is one. */
  readonly field: string | null;

  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FlotillaError';
    this.code = code;
    this.field = options.field ?? null;
  }
}

/** A mistake in what the caller sent; `field` names where. */
export function invalid(field: string, text: string): FlotillaError {
  return new FlotillaError('invalid', text, { field });
}

export function notFound(message: string): FlotillaError {
  return new FlotillaError('not_found', message);
}

/** What is sent does not go with what there is; `field` names where it was sent, if anywhere. */
export function conflict(message: string, field?: string): FlotillaError {
  return new FlotillaError('conflict', message, field === undefined ? {} : { field });
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text of what is at the bottom of anything thrown: wrappers say that, causes say why. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return messageOf(root);
}

/** Whether somebody was told by an AbortSignal to give up. */
export function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError';
}

/** The system error code (ENOENT, ECONNREFUSED, …) of anything thrown, or null. */
export function systemCode(error: unknown): string | null {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    return typeof error.code === 'string' ? error.code : null;
  }
  return null;
}

/** A setting without which a process cannot start. Throws `invalid` naming it as the environment does. */
export function required(key: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw invalid(key, `configuration: ${key.toUpperCase()} must be set`);
}
