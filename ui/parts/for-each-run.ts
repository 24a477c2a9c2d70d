import { messageOf } from './message.ts';

/** How far a piece of work on many runs is. */
export interface Progress {
  all: number;
  done: number;
  failures: { runId: string; message: string }[];
}

/** Enough to be quick, few enough not to crowd out what else this browser asks for. */
const AT_ONCE = 4;

/**
 * Does one thing to each run, a few at a time; what fails for one does not keep it from the others.
 * @param signal ends it before the next run
 */
export async function forEachRun(
  runIds: readonly string[],
  action: (runId: string) => Promise<unknown>,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Progress> {
  let progress: Progress = { all: runIds.length, done: 0, failures: [] };
  const left = runIds.values();
  const work = async (): Promise<void> => {
    for (const runId of left) {
      if (signal.aborted) return;
      const failure = await action(runId).then(
        () => [],
        (error: unknown) => [{ runId, message: messageOf(error) }],
      );
      progress = {
        ...progress,
        done: progress.done + 1,
        failures: [...progress.failures, ...failure],
      };
      onProgress(progress);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return progress;
}
