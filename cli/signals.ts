import { isAbort } from '../domain/errors.ts';

/**
 * Listens to SIGINT and SIGTERM from now on, also while the program still starts: the first process of a container
 * does not hear of a SIGTERM that it has no handler for (pid_namespaces(7)). A second one ends it at once.
 * @returns aborted by the first one
 */
export function endingBySignal(onSecond: () => void = () => undefined): AbortSignal {
  const ending = new AbortController();
  const heard = (name: NodeJS.Signals): void => {
    if (ending.signal.aborted) {
      onSecond();
      process.exit(name === 'SIGINT' ? 130 : 143);
    }
    ending.abort();
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return ending.signal;
}

/** What work comes to; null when it was given up because the signal asked for that. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted && isAbort(error)) return null;
    throw error;
  }
}
