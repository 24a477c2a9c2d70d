import { FlotillaError, messageOf } from '../domain/errors.ts';
import type { Register } from './engine.ts';

/** How long leave to start is good for: who was frozen since asks again. */
const LEAVE_MS = 5_000;

/**
 * Asks the record, right before a start, whether an attempt may still start: where a cluster has no place for
 * a bar, it is on record. Throws FlotillaError `unavailable` where the answer is too old to go by.
 */
export async function takeLeave(register: Register, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  const askedAt = Date.now();
  if (!(await register(null, null))) return false;
  signal.throwIfAborted();
  if (Date.now() - askedAt > LEAVE_MS) {
    throw new FlotillaError('unavailable', 'leave to start it took too long to come');
  }
  return true;
}

/**
 * What an earlier launch has started, where this one was refused.
 * @param look for it; null where there is none
 * @throws the refusal where there is none, FlotillaError `unavailable` where nobody can say
 */
export async function startedBefore<T>(
  refusal: unknown,
  what: string,
  look: () => Promise<T | null>,
): Promise<T> {
  const found = await look().catch((failure: unknown) => {
    const text = `${messageOf(refusal)}; and its ${what} cannot be listed: ${messageOf(failure)}`;
    throw new FlotillaError('unavailable', text, { cause: failure });
  });
  if (found === null) throw refusal;
  return found;
}
