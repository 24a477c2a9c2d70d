import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { Bucket } from '../../logs/bucket.ts';
import { openManifestArchive, openShippedLogs } from '../../logs/open-shipped.ts';
import type { ShippedLogs } from '../../logs/shipped.ts';
import { useMoto } from '../support/moto.ts';
import { LIST_PAGE } from '../support/provision/moto.ts';
import { bytesOf, newRef } from '../contract/log-store-suite.ts';

const BUCKET = 'shipped';
const T = '2021-06-30T12:00:00.123456789Z';
let s3: S3Client;

useMoto(async ({ client }) => {
  s3 = new S3Client(client);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(() => s3?.destroy());

async function ship(key: string, body: string | Buffer): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
}

async function open(bucket = BUCKET): Promise<ShippedLogs> {
  const shipped = await openShippedLogs({
    eks_log_driver_options_s3_bucket_name: bucket,
    eks_log_driver_options_s3_bucket_root_dir: '/logs/',
    eks_log_driver_options_awslogs_region: 'us-east-1',
    eks_log_namespace: 'not-asked',
  });
  if (shipped === null) throw new Error('nothing is configured');
  return shipped;
}

async function logOf(runId: string, pod: string | null = null): Promise<string | null> {
  const log = await (await open()).read({ runId, attempt: 1, pod });
  return log === null ? null : (await bytesOf(log)).toString();
}

test('a run of which nothing was shipped has no log', async () => {
  expect(await logOf(newRef().runId)).toBeNull();
});

test('objects of JSON, CRI text, plain and gzip make one log, in their order', async () => {
  const { runId } = newRef();
  const dir = `logs/${runId}/${runId}-abcde`;
  await ship(`${dir}_10.gz`, gzipSync(`${T} stdout F four\n${T} stdout P fi`));
  await ship(`${dir}_2`, '{"log":"two\\n","stream":"stdout"}\nthree\n');
  await ship(`${dir}_1.gz`, gzipSync('{"log":"one\\n","stream":"stdout","time":""}'));
  await ship(`${dir}_11`, `${T} stdout F ve\n${T} stderr P without newline`);
  expect(await logOf(runId)).toBe('one\ntwo\nthree\nfour\nfive\nwithout newline');
});

test('a second attempt does not have the log of the first', async () => {
  const { runId } = newRef();
  await ship(`logs/${runId}-abcde/0.log`, `${T} stdout F first\n`);
  await ship(`logs/${runId}-2-fghij/0.log`, `${T} stdout F second\n`);
  expect(await logOf(runId, `${runId}-2-fghij`)).toBe('second\n');
  expect(await logOf(runId, `${runId}-3-klmno`)).toBeNull();
});

test('a log of more objects than a page of the list has is read whole', async () => {
  const { runId } = newRef();
  const count = LIST_PAGE * 4 + 3;
  const numbers = Array.from({ length: count }, (_, i) => i);
  for (let at = 0; at < count; at += 50) {
    await Promise.all(
      numbers.slice(at, at + 50).map((i) => ship(`logs/${runId}/part_${i}`, `{"log":"${i}\\n"}\n`)),
    );
  }
  expect(await logOf(runId)).toBe(numbers.map((i) => `${i}\n`).join(''));
});

test('objects of more than 10 MB are read, plain and gzip', async () => {
  const { runId } = newRef();
  const text = 'x'.repeat(1000);
  const lines = `${T} stdout F ${text}\n`.repeat(15_000);
  await ship(`logs/${runId}/0`, lines);
  await ship(`logs/${runId}/1.gz`, gzipSync(lines));
  const log = await logOf(runId);
  expect(log === `${text}\n`.repeat(30_000)).toBe(true);
});

test('a log that is left in the middle holds nothing up', async () => {
  const { runId } = newRef();
  await ship(`logs/${runId}/0`, '{"log":"one\\n"}\n'.repeat(200_000));
  await ship(`logs/${runId}/1.gz`, gzipSync('{"log":"one\\n"}\n'.repeat(200_000)));
  const shipped = await open();
  for (let i = 0; i < 60; i += 1) {
    const log = await shipped.read({ runId, attempt: null, pod: null });
    for await (const chunk of log ?? []) {
      expect(chunk.subarray(0, 4).toString()).toBe('one\n');
      break;
    }
  }
});

test('a bucket that is not there is no empty log', async () => {
  const shipped = await open('nowhere');
  const read = shipped.read({ runId: newRef().runId, attempt: 1, pod: null });
  await expect(read).rejects.toMatchObject({ code: 'unavailable' });
});

test('without a setting there is nowhere to look', async () => {
  expect(await openShippedLogs({})).toBeNull();
  expect(await openManifestArchive({})).toBeNull();
});

test('manifests are where flotilla-os puts them, those of later attempts beside', async () => {
  const archive = await openManifestArchive({
    eks_manifest_storage_options_s3_bucket_name: BUCKET,
    eks_manifest_storage_options_s3_bucket_root_dir: 'manifests',
    eks_manifest_storage_options_region: 'us-east-1',
  });
  const { runId } = newRef();
  await archive?.put(runId, 1, 'kind: Job\n');
  await archive?.put(runId, 2, 'kind: Job # again\n');
  const bucket = new Bucket(s3, BUCKET);
  const kept = async (key: string) => (await bucket.get(key))?.body.toString();
  expect(await kept(`manifests/${runId}/${runId}.yaml`)).toBe('kind: Job\n');
  expect(await kept(`manifests/${runId}/${runId}-2.yaml`)).toBe('kind: Job # again\n');
});
