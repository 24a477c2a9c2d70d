import { Context } from '@temporalio/activity';
import type { RunTiming } from '../domain/lifecycle/messages.ts';
import type { RecordActivities } from '../domain/lifecycle/record.ts';
import { messageOf } from '../domain/errors.ts';
import { barLaunch } from '../db/attempts.ts';
import { admitRun, openRun } from '../db/open-run.ts';
import type { RunWorkflows } from '../temporal/run-workflows.ts';
import { withFailures } from './failures.ts';
import { project, type ProjectDeps } from './project.ts';

export interface RecordDeps extends ProjectDeps {
  timing: RunTiming;
  runs: RunWorkflows;
  /** Called after commits that change what lists show of a run. */
  changed(): void;
}

/** What the `run` workflow reads and writes of its run. */
export function createRecordActivities(deps: RecordDeps): RecordActivities {
  const activities: RecordActivities = {
    openRun: (runId) => openRun(deps.db, runId, deps.timing),
    admitRun: (ref) => admitRun(deps.db, ref.runId, ref.attempt),
    barLaunch: async (ref) => ({ asked: await barLaunch(deps.db, ref) }),
    async writeLifecycle(write) {
      const { grants, applied, stop } = await project(deps, write);
      deps.changed();
      for (const grant of grants) {
        // The sweep repeats what is lost here.
        await deps.runs.slotGranted(grant.runId).catch((error: unknown) => {
          Context.current().log.warn('a granted run was not told', {
            run_id: grant.runId,
            error: messageOf(error),
          });
        });
      }
      return { applied, stop };
    },
  };
  return withFailures({ ...activities });
}
