/** That somebody asked this program to end. */
export interface Ending {
  /** Aborted when it was asked. */
  signal: AbortSignal;
  /** Settles when it was asked. */
  asked: Promise<void>;
}

/**
 * Listens to SIGINT and SIGTERM from now on, also while the program still starts: the first process of a container
 * does not hear of a SIGTERM that it has no handler for (pid_namespaces(7)). A second one ends it at once.
 */
export function endingBySignal(onSecond: () => void = () => undefined): Ending {
  const ending = new AbortController();
  const { signal } = ending;
  const heard = (name: NodeJS.Signals): void => {
    if (signal.aborted) {
      onSecond();
      process.exit(name === 'SIGINT' ? 130 : 143);
    }
    ending.abort();
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  const asked = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  return { signal, asked };
}
