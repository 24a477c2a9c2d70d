import type { Schemas } from '../../../client/client.ts';

type OfTask = Schemas['Definition']['env'][number];

export interface Variable extends OfTask {
  /** Who set it. */
  from: 'launch' | 'task';
}

/** All variables of a run: what the launch set, then what the task sets and the launch did not (pure). */
export function environmentOf(
  launched: Schemas['Run']['env'],
  task: readonly OfTask[],
): Variable[] {
  const set = new Set(launched.map(({ name }) => name));
  return [
    ...launched.map((one): Variable => ({ ...one, from: 'launch' })),
    ...task.filter(({ name }) => !set.has(name)).map((one): Variable => ({ ...one, from: 'task' })),
  ];
}
