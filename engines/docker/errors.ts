import { FlotillaError, isAbort, messageOf, type ErrorCode } from '../../domain/errors.ts';

/** An answer of the daemon that is not a success, or, with status 0, none. */
export class DaemonError extends Error {
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DaemonError';
    this.status = status;
  }
}

/** What dockerode throws, in the daemon's own words; an aborted call stays what it is. */
export function toDaemonError(error: unknown): Error {
  if (error instanceof DaemonError) return error;
  if (isAbort(error)) return error;
  const of = error as { statusCode?: unknown; json?: { message?: unknown } };
  if (typeof of.statusCode === 'number') {
    const said = of.json?.message;
    const words = typeof said === 'string' ? said : plain(messageOf(error));
    return new DaemonError(of.statusCode, words, error);
  }
  return new DaemonError(0, messageOf(error), error);
}

/** Without what dockerode puts before the daemon's words. */
function plain(message: string): string {
  return message.replace(/^\(HTTP code \d+\) .*? - /, '').trim();
}

export function isStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof DaemonError && statuses.includes(error.status);
}

/**
 * What Podman says, with status 500, of a container that is removed while it is looked at (its
 * libpod/define/errors.go).
 */
const GONE_TO_PODMAN: ReadonlySet<unknown> = new Set([
  'no such container',
  'container has already been removed',
]);

/** The daemon does not have what it was asked for, or no longer. */
export function isAbsent(error: unknown): boolean {
  return isStatus(error, 404) || GONE_TO_PODMAN.has(podmanCause(error));
}

/**
 * Podman looked at a container whose process ended at that moment: it reads `/proc/<pid>/cgroup`, and takes
 * only a missing file for an end (its libpod/container.go, cGroupPath). A second look tells.
 */
export function isMidEnd(error: unknown): boolean {
  return isStatus(error, 500) && podmanCause(error) === 'no such process';
}

/** What lies at the bottom of an error, as Podman says. */
function podmanCause(error: unknown): unknown {
  const of = error instanceof DaemonError ? error.cause : undefined;
  return (of as { json?: { cause?: unknown } } | undefined)?.json?.cause;
}

/** In the terms of the engine contract; what is none of the daemon's stays as it is. */
export function toFlotillaError(error: unknown, doing: string): unknown {
  if (!(error instanceof DaemonError)) return error;
  return new FlotillaError(codeOf(error.status), `${doing}: ${error.message}`, { cause: error });
}

function codeOf(status: number): ErrorCode {
  return status === 400 ? 'rejected' : status === 404 ? 'not_found' : 'unavailable';
}

/** Does what talks to the daemon. @throws FlotillaError */
export async function asked<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toFlotillaError(error, doing);
  }
}
