import { FlotillaError } from '../../domain/errors.ts';
import { KubeError } from './api.ts';

/**
 * An API server's refusal in the terms of the engine contract. RBAC and credentials can be mended by
 * an operator while the run waits, so they are no reason to give a run up; a spec that is invalid, or
 * that an admission webhook denies, is.
 */
export function toFlotillaError(error: unknown, what: string): unknown {
  if (!(error instanceof KubeError)) return error;
  const text = `${what}: ${error.message}`;
  const options = { cause: error };
  if (error.status === 403 && /exceeded quota/.test(error.message)) {
    return new FlotillaError('capacity', text, options);
  }
  if (isRefusal(error)) return new FlotillaError('rejected', text, options);
  if (error.status === 429) return new FlotillaError('capacity', text, options);
  return new FlotillaError('unavailable', text, options);
}

function isRefusal({ status, reason, message }: KubeError): boolean {
  if (reason === 'Invalid' || status === 400 || status === 413 || status === 422) return true;
  if (/admission webhook .* denied the request|denied by|violates PodSecurity/.test(message))
    return true;
  return status === 403 && /ValidatingAdmissionPolicy/.test(message);
}

/** Runs a call, its errors in the terms of the contract. */
export async function asked<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toFlotillaError(error, what);
  }
}
