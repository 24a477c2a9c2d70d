import { afterAll, beforeAll, beforeEach } from 'vitest';
import { findMoto } from './provision/moto.ts';
import type { AwsClient } from './provision/aws-client.ts';

interface TestAws {
  client: AwsClient;
  stop(): Promise<void>;
}

/**
 * An AWS for the tests of a file or `describe`; where it cannot be had they are skipped, which CI
 * counts as failed. The environment has credentials and endpoint, where AWS's own tools find them.
 */
export function useAws<T extends TestAws>(
  start: (found: { python: string }) => Promise<T>,
  prepare: (aws: T) => Promise<void> | void,
): void {
  const found = findMoto((text) => process.stdout.write(`${text}\n`));
  const before = { ...process.env };
  let aws: T | null = null;
  beforeAll(async () => {
    if ('why' in found) return;
    aws = await start(found);
    const { endpoint, region, credentials } = aws.client;
    process.env['AWS_ENDPOINT_URL'] = endpoint;
    process.env['AWS_REGION'] = region;
    process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
    await prepare(aws);
  });
  afterAll(async () => {
    process.env = before;
    await aws?.stop();
  });
  beforeEach((context) => {
    if ('why' in found) context.skip(found.why);
  });
}
