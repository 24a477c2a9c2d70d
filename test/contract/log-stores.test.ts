import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { DirectoryLogStore } from '../../logs/directory-store.ts';
import { S3LogStore } from '../../logs/s3-store.ts';
import { useMoto } from '../support/moto.ts';
import { growingLogStoreContract, logStoreContract } from './log-store-suite.ts';

describe('a directory of logs', () => {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-logs-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  logStoreContract(() => new DirectoryLogStore(dir));
  growingLogStoreContract(() => new DirectoryLogStore(dir));
});

describe('a bucket of logs', () => {
  useMoto(async ({ client }) => {
    const s3 = new S3Client(client);
    await s3.send(new CreateBucketCommand({ Bucket: 'flotilla-logs' }));
    s3.destroy();
  });
  const opened: S3LogStore[] = [];
  const open = (prefix: string): S3LogStore => {
    const store = new S3LogStore({ bucket: 'flotilla-logs', prefix });
    opened.push(store);
    return store;
  };
  afterAll(() => opened.forEach((store) => store.close()));
  logStoreContract(() => open('some/where/'));
  growingLogStoreContract(() => open('some/where/'));

  test('its identity is one for all who open it, and another under another prefix', async () => {
    const [one, two, other] = await Promise.all(
      ['here', 'here', 'there'].map((prefix) => open(prefix).identity()),
    );
    expect(one).toBe(two);
    expect(one).toBe(await open('/here/').identity());
    expect(other).not.toBe(one);
  });

  test('a bucket that is not there is said at once, by its name', async () => {
    const store = new S3LogStore({ bucket: 'nowhere' });
    opened.push(store);
    await expect(store.identity()).rejects.toThrow('s3://nowhere/flotilla-log-store');
  });
});
