import { ENGINE_NAMES } from '../../domain/engine-name.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

const NAME = new RegExp(`^((?:${ENGINE_NAMES.join('|')})-[-0-9a-f]+)$`);
/** A run id has 36 characters, whatever the engine. */
const RUN_ID_LENGTH = 36;

/**
 * The name of an attempt's job run, which is also its client token: for the first attempt the run's id, as
 * in flotilla-os. EMR takes 64 characters of each.
 */
export function jobNameOf({ runId, attempt }: JobRef): string {
  return attempt === 1 ? runId : `${runId}-${attempt}`;
}

/** The attempt that a job run is of; null for one of somebody else. */
export function refOfJobName(name: string | undefined): JobRef | null {
  const runId = (name ?? '').slice(0, RUN_ID_LENGTH);
  if (runId.length < RUN_ID_LENGTH || !NAME.test(runId)) return null;
  const [, attempt] = /^(?:-([1-9]\d{0,4}))?$/.exec((name ?? '').slice(RUN_ID_LENGTH)) ?? [
    '',
    null,
  ];
  return attempt === null ? null : { runId, attempt: Number(attempt ?? 1) };
}

/** `<virtual cluster>/<job run>`. */
export function externalIdOf(virtualCluster: string, id: string): string {
  return `${virtualCluster}/${id}`;
}

/** What flotilla-os left names the job run only. @param own virtual cluster that is meant then */
export function parseExternalId(text: string, own: string): { virtualCluster: string; id: string } {
  const [first = '', second] = text.split('/');
  return second === undefined
    ? { virtualCluster: own, id: first }
    : { virtualCluster: first, id: second };
}

/** For errors and logs. */
export function nameOf(ref: JobRef): string {
  return `attempt ${ref.attempt} of ${ref.runId}`;
}
