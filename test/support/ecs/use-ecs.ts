import { afterAll, beforeAll, beforeEach } from 'vitest';
import { findMoto } from '../provision/moto.ts';
import { startEcs, type Ecs, type EcsOptions } from './start-ecs.ts';

/**
 * An ECS for the tests of a file or `describe`; where it cannot be had they are skipped, which CI
 * counts as failed. The environment has credentials and endpoint, where AWS's own tools find them.
 */
export function useEcs(
  prepare: (ecs: Ecs) => Promise<void> | void,
  options: Omit<EcsOptions, 'python'> = {},
): void {
  const found = findMoto((text) => process.stdout.write(`${text}\n`));
  const before = { ...process.env };
  let ecs: Ecs | null = null;
  beforeAll(async () => {
    if ('why' in found) return;
    ecs = await startEcs({ ...found, ...options });
    process.env['AWS_ENDPOINT_URL'] = ecs.endpoint;
    process.env['AWS_REGION'] = ecs.client.region;
    process.env['AWS_ACCESS_KEY_ID'] = ecs.client.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = ecs.client.credentials.secretAccessKey;
    await prepare(ecs);
  });
  afterAll(async () => {
    process.env = before;
    await ecs?.stop();
  });
  beforeEach((context) => {
    if ('why' in found) context.skip(found.why);
  });
}
