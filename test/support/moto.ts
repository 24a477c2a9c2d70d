import { afterAll, beforeAll, beforeEach } from 'vitest';
import { findMoto, startMoto, type Moto } from './provision/moto.ts';

/**
 * An AWS for the tests of a file or `describe`; where it cannot be had they are skipped, which CI
 * counts as failed. The environment has credentials and endpoint, where AWS's own tools find them.
 */
export function useMoto(prepare: (moto: Moto) => Promise<void>): void {
  const found = findMoto((text) => process.stdout.write(`${text}\n`));
  const before = { ...process.env };
  let moto: Moto | null = null;
  beforeAll(async () => {
    if ('why' in found) return;
    moto = await startMoto(found);
    process.env['AWS_ENDPOINT_URL'] = moto.endpoint;
    process.env['AWS_REGION'] = moto.client.region;
    process.env['AWS_ACCESS_KEY_ID'] = moto.client.credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = moto.client.credentials.secretAccessKey;
    await prepare(moto);
  });
  afterAll(async () => {
    process.env = before;
    await moto?.stop();
  });
  beforeEach((context) => {
    if ('why' in found) context.skip(found.why);
  });
}
