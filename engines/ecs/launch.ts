import { RunTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { stringify } from 'yaml';
import { FlotillaError, messageOf } from '../../domain/errors.ts';
import { isNamed } from '../../aws/client.ts';
import type { AttemptSpec, Job, Register } from '../engine.ts';
import { startedBefore, takeLeave } from '../leave.ts';
import { noRoom, toFlotillaError } from './errors.ts';
import { nameOf } from './names.ts';
import { judge, STOP_PREFIX } from './outcome.ts';
import { planOf, type Plan } from './spec.ts';
import { jobOf, type Cluster } from './view.ts';

/**
 * For how long a RunTask with the same token starts nothing more: ECS knows a token for the lesser of a day
 * and the life of its task plus an hour, so that half an hour is safe however short the life.
 */
export const TOKEN_MS = 30 * 60_000;
/** True while a repeated launch gets the same task. */
export function isRepeatable(askedAt: Date, now = new Date()): boolean {
  return now.getTime() - askedAt.getTime() < TOKEN_MS;
}

/**
 * Starts the task of an attempt. ECS has no place for a bar, so the record is asked right before; the task
 * is on record right after, and stopped again where it may not be.
 */
export async function launchTask(
  cluster: Cluster,
  spec: AttemptSpec,
  signal: AbortSignal,
  register: Register,
): Promise<Job | null> {
  const what = `cannot launch ${nameOf(spec)}`;
  try {
    return await launch(cluster, spec, signal, register);
  } catch (cause) {
    const error = toFlotillaError(cause, what);
    if (!(error instanceof FlotillaError) || error.code !== 'capacity') throw error;
    // "No room" is to mean that no launch so far has started it.
    const there = await startedBefore(error, 'tasks', () => cluster.tasks.of(spec));
    return adopt(cluster, spec, there, register, null);
  }
}

async function launch(
  cluster: Cluster,
  spec: AttemptSpec,
  signal: AbortSignal,
  register: Register,
): Promise<Job | null> {
  const { region, settings } = cluster;
  if (!isRepeatable(spec.askedAt)) {
    const there = await cluster.tasks.of(spec);
    if (there !== null) return adopt(cluster, spec, there, register, null);
    const text = 'it may have been started more than 30 minutes ago, and ECS shows no task of it';
    throw new FlotillaError('unavailable', text);
  }
  const plan = planOf(spec, settings, await cluster.spotProvider());
  const group = settings.log.options['awslogs-group'];
  if (settings.log.driver === 'awslogs' && group !== undefined) {
    await region.logGroups.ensure(group, settings.log.retentionDays);
  }
  const taskDefinition = await region.definitions.arnOf(plan.definition);
  if (!(await takeLeave(register, signal))) return null;
  const task = await runTask(cluster, spec, plan, taskDefinition);
  const manifest = { taskDefinition: plan.definition, task: { taskDefinition, ...plan.request } };
  return adopt(cluster, spec, task, register, stringify(manifest));
}

/** @throws FlotillaError `capacity`, `unavailable`, or an error of the SDK */
async function runTask(
  cluster: Cluster,
  spec: AttemptSpec,
  { definition, request }: Plan,
  taskDefinition: string,
): Promise<Task> {
  try {
    const command = new RunTaskCommand({ ...request, taskDefinition });
    const { tasks = [], failures = [] } = await cluster.region.launcher.send(command);
    const [task] = tasks;
    if (task === undefined) throw noRoom(`no task for ${nameOf(spec)}`, failures);
    return task;
  } catch (error) {
    // The token was used with other parameters, such as another revision: there is a task.
    if (isNamed(error, 'ConflictException')) {
      const there = await cluster.tasks.of(spec);
      if (there !== null) return there;
      throw new FlotillaError('unavailable', messageOf(error), { cause: error });
    }
    if (isNamed(error, 'ClientException', 'InvalidParameterException') && isStale(error)) {
      cluster.region.definitions.forget(definition);
      throw new FlotillaError('unavailable', messageOf(error), { cause: error });
    }
    throw error;
  }
}

/** Somebody deregistered a task definition that we remember. */
function isStale(error: unknown): boolean {
  return /task ?definition.*(inactive|not found|does not exist)/i.test(messageOf(error));
}

/** Puts a task on record; where the attempt may not have it, it is asked to stop. */
async function adopt(
  cluster: Cluster,
  spec: AttemptSpec,
  task: Task,
  register: Register,
  manifest: string | null,
): Promise<Job | null> {
  const arn = task.taskArn ?? '';
  if (await register(arn, manifest)) return jobOf(cluster, spec, task, judge(task));
  await cluster.tasks.stop(arn, `${STOP_PREFIX}it may no longer start`);
  return null;
}
