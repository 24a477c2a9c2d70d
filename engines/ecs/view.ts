import type { Task } from '@aws-sdk/client-ecs';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { Job, Place } from '../engine.ts';
import type { QueueConsumer } from '../queue-consumer.ts';
import { judge, mainContainer, type Host, type Judgement } from './outcome.ts';
import type { ChangedTask } from './queue-message.ts';
import type { Region } from './region.ts';
import { refOf } from './refs.ts';
import type { EcsSettings } from './settings.ts';
import type { Tasks } from './tasks.ts';

/** One cluster, as the parts of the engine work with it. */
export interface Cluster {
  region: Region;
  settings: EcsSettings;
  tasks: Tasks;
  /** Null where no queue is configured: then the sweep alone tells. */
  consumer: QueueConsumer<ChangedTask> | null;
  /** Since when ECS says that it does not know a task, by its ARN; milliseconds since 1970. */
  missing: Map<string, number>;
  /** The capacity provider of runs that may have spot capacity; null where there is none. */
  spotProvider(): Promise<string | null>;
}

/** A task as the contract has it; null for one that is nobody's attempt. */
export function jobOfTask(cluster: Cluster, task: Task, host: Host | null): Job | null {
  const ref = refOf(task);
  return ref === null ? null : jobOf(cluster, ref, task, judge(task, host));
}

export function jobOf(cluster: Cluster, ref: JobRef, task: Task, judged: Judgement): Job {
  const { runId, attempt } = ref;
  const externalId = task.taskArn ?? '';
  const alive = task.lastStatus !== 'STOPPED';
  return { runId, attempt, externalId, ...judged, alive, place: placeOf(cluster, task) };
}

function placeOf({ region }: Cluster, task: Task): Place {
  const fargate = task.launchType === 'FARGATE' ? `fargate/${task.availabilityZone ?? ''}` : null;
  return {
    host: region.hosts.idOf(task) ?? fargate,
    pod: null,
    namespace: null,
    container: mainContainer(task)?.name ?? null,
  };
}

/** Tasks as the contract has them, with a look at their hosts. @throws errors of the SDK */
export async function jobsOf(cluster: Cluster, tasks: readonly Task[]): Promise<Job[]> {
  const ours = tasks.filter((task) => refOf(task) !== null);
  const hostOf = await cluster.region.hosts.of(cluster.settings.cluster, ours);
  return ours.flatMap((task) => jobOfTask(cluster, task, hostOf(task)) ?? []);
}
