import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, expect, test } from 'vitest';
import { openSparkLogs } from '../../logs/open-shipped.ts';
import { DRIVER_FILES, sparkLogOf, type SparkFile } from '../../services/spark-logs.ts';
import { useMoto } from '../support/moto.ts';
import { bytesOf } from '../contract/log-store-suite.ts';

const BUCKET = 'emr-logs';
const CONTAINERS = 'logs/vc1/jobs/0001/containers/spark-1';
let s3: S3Client;

useMoto(async ({ client }) => {
  s3 = new S3Client(client);
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await put(`${CONTAINERS}/eks-spark-1-driver/stderr.gz`, 'spark says\n');
  await put(`${CONTAINERS}/eks-spark-1-driver/stdout.gz`, 'the program says\n');
  await put(`${CONTAINERS}/eks-spark-1-exec-1/stderr.gz`, 'an executor says\n');
  await put('logs/vc1/jobs/00011/containers/spark-1/eks-spark-1-driver/stdout.gz', 'another job\n');
});
afterAll(() => s3?.destroy());

async function put(key: string, text: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: gzipSync(text) }));
}

async function logOf(
  files: readonly SparkFile[],
  more: { engine?: string; job?: string } = {},
): Promise<string | null> {
  const { engine = 'eks-spark', job = '0001' } = more;
  const sparkLogs = await openSparkLogs({
    emr_log_bucket: BUCKET,
    emr_log_base_path: '/logs/',
    emr_aws_region: 'us-east-1',
  });
  if (sparkLogs === null) throw new Error('nothing is configured');
  const sparkExtension = { emr_job_id: job, virtual_cluster_id: 'vc1' };
  const run = { runId: 'eks-spark-1', engine, status: 'STOPPED' as const, sparkExtension };
  const log = sparkLogOf({ sparkLogs }, run, files);
  return log === null ? null : (await bytesOf(log.read(0))).toString();
}

test('a file is found by its container and its output, of this job alone', async () => {
  expect(await logOf([{ role: 'driver', facility: 'stdout' }])).toBe('the program says\n');
  expect(await logOf([{ role: 'exec-1', facility: 'stderr' }])).toBe('an executor says\n');
  expect(await logOf([{ role: 'exec-2', facility: 'stderr' }])).toBe('');
});

test("a driver's log is what Spark says, then what the program says", async () => {
  expect(await logOf(DRIVER_FILES)).toBe('spark says\nthe program says\n');
});

test('of another engine, or of a job that has no proper id, there is none', async () => {
  expect(await logOf(DRIVER_FILES, { engine: 'eks' })).toBeNull();
  expect(await logOf(DRIVER_FILES, { job: '../../vc2/jobs/0001' })).toBeNull();
});
