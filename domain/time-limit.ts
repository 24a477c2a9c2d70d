/**
 * A signal that aborts with any of the others, or after so many milliseconds, and keeps no process alive.
 * AbortSignal.timeout is not for that: Node lets go of one that only AbortSignal.any knows, and it never fires
 * (tried with Node 20).
 */
export function timeLimit(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(late()), ms);
  timer.unref();
  const any = AbortSignal.any([...others, limit.signal]);
  any.addEventListener('abort', () => clearTimeout(timer), { once: true });
  return any;
}

/** As AbortSignal.timeout has it. */
function late(): DOMException {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}
