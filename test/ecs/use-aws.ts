import { afterAll, afterEach, expect } from 'vitest';
import type { EcsOptions } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { Aws } from './aws.ts';

/** An emulator for a file's tests, with clients; nothing in the agent may break meanwhile. */
export function useAws(
  given: (aws: Aws) => Promise<void> | void,
  options: Omit<EcsOptions, 'python'> = {},
): void {
  let aws: Aws | null = null;
  let seen = 0;
  useEcs(async (ecs) => {
    aws = new Aws(ecs);
    await aws.prepare();
    await given(aws);
  }, options);
  afterEach(async () => {
    await aws?.emulator.control.clear();
    const errors = aws?.emulator.errors() ?? '';
    const added = errors.slice(seen);
    seen = errors.length;
    expect(added).toBe('');
  });
  afterAll(() => aws?.destroy());
}
