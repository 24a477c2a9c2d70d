import { createHash } from 'node:crypto';
import { ENGINE_NAMES } from '../../domain/engine-name.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

/** The container of a task that runs the command. */
export const CONTAINER = 'run';
/** Families of our task definitions begin so. */
export const FAMILY_PREFIX = 'flotilla-';

const RUN_ID_LENGTH = 36;
const STARTED_BY = new RegExp(`^((?:${ENGINE_NAMES.join('|')})-[-0-9a-f]+)/([1-9][0-9]{0,4})$`);

/** What a task is marked with: of ECS's `startedBy`, letters, digits and `-/_`, 128 at most. */
export function startedByOf({ runId, attempt }: JobRef): string {
  return `${runId}/${attempt}`;
}

/** The attempt that a task is of; null for a task of somebody else, such as of a service. */
export function refOfStartedBy(startedBy: string | undefined): JobRef | null {
  const [, runId, attempt] = STARTED_BY.exec(startedBy ?? '') ?? [];
  if (runId?.length !== RUN_ID_LENGTH || attempt === undefined) return null;
  return { runId, attempt: Number(attempt) };
}

/** By which ECS knows a repeated RunTask: 64 characters, the most that it takes. */
export function clientTokenOf(ref: JobRef): string {
  return createHash('sha256').update(startedByOf(ref)).digest('hex');
}

/** True for a task of a task definition that Flotilla registered. */
export function isOurFamily(taskDefinitionArn: string | undefined): boolean {
  return lastPart(taskDefinitionArn ?? '').startsWith(FAMILY_PREFIX);
}

/** The part of an ARN after its last slash: a task's id, a cluster's name. */
export function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** For errors and logs. */
export function nameOf(ref: JobRef): string {
  return `attempt ${ref.attempt} of ${ref.runId}`;
}
