import { randomBytes } from 'node:crypto';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

/** What a container says of itself; labels cannot change once it is made. */
export const LABELS = {
  cluster: 'flotilla.cluster',
  mode: 'flotilla.mode',
  runId: 'flotilla.run',
  attempt: 'flotilla.attempt',
  owner: 'flotilla.owner',
  alias: 'flotilla.alias',
} as const;

/**
 * What has become of a container, as its name ends: a name is the one thing of a container that can be
 * changed, also while it runs, and by which it can be started. `fenced`: whoever wanted to start it under
 * its first name cannot any more. `ended`: we asked it to end, or barred it. `released`: outcome and log
 * are stored.
 */
export type Mark = 'fenced' | 'ended' | 'released';

const NAME = /^\/?(.+\.[\da-f]{8})(?:\.(fenced|ended|released))?$/;

/** What the engine calls an attempt; containers of it, of which one at most is started, begin so. */
export function externalIdOf({ runId, attempt }: JobRef): string {
  return `flotilla-${runId}-${attempt}`;
}

/** @returns null for what this engine did not name */
export function refOf(externalId: string): JobRef | null {
  const match = /^flotilla-(.+)-(\d+)$/.exec(externalId);
  return match === null ? null : { runId: match[1] ?? '', attempt: Number(match[2]) };
}

/** A name that no other container ever had: who starts it by this name starts it or nothing. */
export function newName(ref: JobRef): string {
  return `${externalIdOf(ref)}.${randomBytes(4).toString('hex')}`;
}

/** As the API takes it, which shows it with a slash. */
export function plainName(name: string): string {
  return name.replace(/^\//, '');
}

/** The first name of a container, and its mark. */
export function parseName(name: string): { first: string; mark: Mark | null } {
  const match = NAME.exec(name);
  if (match === null) return { first: plainName(name), mark: null };
  return { first: match[1] ?? '', mark: (match[2] as Mark | undefined) ?? null };
}

/** Its name says that nobody is to start it any more, and that it has ended or is barred. */
export function isMarkedEnded({ Name }: { Name: string }): boolean {
  const { mark } = parseName(Name);
  return mark === 'ended' || mark === 'released';
}

export function marked(name: string, mark: Mark): string {
  return `${parseName(name).first}.${mark}`;
}

/** The attempt that a container belongs to; null for one that is not ours. */
export function refOfLabels(labels: Record<string, string> | undefined): JobRef | null {
  const runId = labels?.[LABELS.runId];
  const attempt = Number(labels?.[LABELS.attempt]);
  if (runId === undefined || runId === '' || !Number.isInteger(attempt) || attempt < 1) return null;
  return { runId, attempt };
}
