import { launchOf } from './launch-again.ts';
import { launchRun, readRun, type Run } from './runs.ts';

/** Launches a new run as this one was. @throws ApiError, NoAnswer */
export async function runAgain(runId: string): Promise<Run> {
  return launchRun(launchOf(await readRun(runId)));
}
