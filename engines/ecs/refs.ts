import type { Task } from '@aws-sdk/client-ecs';
import { ATTEMPT_VARIABLE, RUN_ID_VARIABLE } from '../../domain/environment.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { refOfStartedBy } from './names.ts';

/** Variables in the overrides of a task, by name. */
export function variableOf(task: Task, name: string): string | null {
  for (const { environment = [] } of task.overrides?.containerOverrides ?? []) {
    const found = environment.findLast((variable) => variable.name === name);
    if (found !== undefined) return found.value ?? null;
  }
  return null;
}

/**
 * The attempt that a task is of; null for one that no Flotilla started. flotilla-os, whose tasks may have
 * been adopted, started all by `flotilla` and knew no attempts.
 */
export function refOf(task: Task): JobRef | null {
  const said = refOfStartedBy(task.startedBy);
  if (said !== null) return said;
  const runId = task.startedBy === 'flotilla' ? variableOf(task, RUN_ID_VARIABLE) : null;
  if (runId === null || runId === '') return null;
  const attempt = Number(variableOf(task, ATTEMPT_VARIABLE) ?? 1);
  return { runId, attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : 1 };
}
