import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateVirtualClusterCommand, EMRContainersClient } from '@aws-sdk/client-emr-containers';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startAgent } from '../agent-process.ts';
import { Ledger } from '../ledger.ts';
import { awsClientAt, type AwsClient } from '../provision/aws-client.ts';
import { SparkControl, type SparkKnobs } from './control.ts';

const AGENT = fileURLToPath(new URL('agent', import.meta.url));

export const BUCKET = 'flotilla-emr';
export const ROLE = 'arn:aws:iam::123456789012:role/flotilla-spark';

export interface Spark {
  endpoint: string;
  client: AwsClient;
  /** A file on this machine that jobs write into. */
  ledger: Ledger;
  control: SparkControl;
  /** Makes a virtual cluster. @returns its id */
  virtualCluster(name: string): Promise<string>;
  errors(): string;
  stop(): Promise<void>;
}

export interface SparkOptions {
  /** The Python of moto. */
  python: string;
  settings?: Partial<SparkKnobs>;
}

/** An AWS in which EMR on EKS runs its jobs' programs on this machine. */
export async function startSpark({ python, settings = {} }: SparkOptions): Promise<Spark> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-spark-ledger-'));
  const agent = await startAgent(python, [AGENT, JSON.stringify(settings), dir], dir);
  const client = awsClientAt(agent.endpoint);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
  return {
    endpoint: agent.endpoint,
    client,
    ledger: new Ledger(dir),
    control: new SparkControl(agent.endpoint),
    async virtualCluster(name) {
      const emr = new EMRContainersClient(client);
      const info = { eksInfo: { namespace: name } };
      const containerProvider = { id: name, type: 'EKS' as const, info };
      const { id = '' } = await emr.send(
        new CreateVirtualClusterCommand({ name, containerProvider, clientToken: name }),
      );
      emr.destroy();
      return id;
    },
    errors: agent.errors,
    async stop() {
      await agent.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
