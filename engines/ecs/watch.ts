import type { Task } from '@aws-sdk/client-ecs';
import type { Change, JobPage } from '../engine.ts';
import { watchByQueue, type QueueWatch } from '../queue-watch.ts';
import { toFlotillaError } from './errors.ts';
import { lastPart, startedByOf } from './names.ts';
import type { ChangedTask } from './queue-message.ts';
import { refOf, variableOf } from './refs.ts';
import { jobOfTask, jobsOf, type Cluster } from './view.ts';

const MODE_VARIABLE = 'FLOTILLA_SERVER_MODE';

/**
 * Our tasks on a cluster, a page at a time, first those that are to run, then those that are to be over.
 * One that is over and released is left out. @throws errors of the SDK
 */
export async function listPage(
  cluster: Cluster,
  cursor: string | null,
  wants: (task: Task) => boolean = () => true,
): Promise<JobPage> {
  const [status, token = ''] = (cursor ?? 'RUNNING').split(/ (.*)/s);
  const desired = status === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  const { tasks, next } = await cluster.tasks.page(desired, token === '' ? null : token);
  const jobs = await jobsOf(cluster, tasks.filter(wants));
  const { released } = cluster.region;
  const rest = jobs.filter(
    (job) => job.phase !== 'STOPPED' || released.get(startedByOf(job)) === undefined,
  );
  const after = desired === 'RUNNING' ? 'STOPPED' : null;
  return { jobs: rest, next: next === null ? after : `${desired} ${next}` };
}

/**
 * What happens to our tasks on a cluster.
 * @throws FlotillaError `unavailable` when ECS or the queue does not answer
 */
export async function* watchCluster(cluster: Cluster, signal: AbortSignal): AsyncGenerator<Change> {
  const versions = new Map<string, number>();
  const wants = (task: Task): boolean => isForUs(cluster, task);
  const watch: QueueWatch<ChangedTask> = {
    consumer: cluster.consumer,
    wants: ({ task }) => isOfCluster(cluster, task) && wants(task),
    page: (cursor) => listPage(cluster, cursor, wants),
    newsOf({ task, version }) {
      const { taskArn } = task;
      const job = jobOfTask(cluster, task, null);
      if (job === null || (version ?? Infinity) <= (versions.get(taskArn) ?? -1)) return null;
      cluster.region.heard.set(taskArn, task);
      const told = (): void => {
        // After its end nothing is news; an event without a version says nothing of others.
        if (job.phase === 'STOPPED') versions.set(taskArn, Infinity);
        else if (version !== null) versions.set(taskArn, version);
      };
      return { job, told };
    },
  };
  try {
    yield* watchByQueue(watch, signal);
  } catch (error) {
    throw toFlotillaError(error, 'the watch broke off');
  }
}

function isOfCluster({ settings }: Cluster, task: ChangedTask['task']): boolean {
  return lastPart(task.clusterArn) === lastPart(settings.cluster);
}

/** Of another mode, it is for the Flotilla that runs in that. */
function isForUs({ settings }: Cluster, task: Task): boolean {
  const mode = variableOf(task, MODE_VARIABLE);
  return refOf(task) !== null && (mode === null || mode === settings.mode);
}
