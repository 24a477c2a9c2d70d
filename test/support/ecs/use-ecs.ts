import { useAws } from '../aws.ts';
import { startEcs, type Ecs, type EcsOptions } from './start-ecs.ts';

/** An ECS for the tests of a file or `describe`: see `useAws`. */
export function useEcs(
  prepare: (ecs: Ecs) => Promise<void> | void,
  options: Omit<EcsOptions, 'python'> = {},
): void {
  useAws((found) => startEcs({ ...found, ...options }), prepare);
}
