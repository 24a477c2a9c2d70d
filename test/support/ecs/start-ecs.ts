import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAgent } from '../agent-process.ts';
import { Ledger } from '../ledger.ts';
import { awsClientAt, type AwsClient } from '../provision/aws-client.ts';
import { EcsControl, type EcsSettings } from './control.ts';

const AGENT = fileURLToPath(new URL('agent', import.meta.url));

export interface Ecs {
  endpoint: string;
  client: AwsClient;
  /** Names of two clusters: one of hosts on EC2, one of Fargate. */
  clusters: { ec2: string; fargate: string };
  /** Capacity provider of the cluster on EC2. */
  spotProvider: string;
  /** For tasks in awsvpc mode; Fargate has no other. */
  network: { subnets: string[]; securityGroups: string[] };
  executionRole: string;
  taskRole: string;
  /** A file on this machine that jobs write into. */
  ledger: Ledger;
  control: EcsControl;
  /** What the agent wrote to standard error so far: empty, unless something in it is broken. */
  errors(): string;
  /** Ends it, and every job that it runs. */
  stop(): Promise<void>;
}

export interface EcsOptions {
  /** The Python of moto. */
  python: string;
  settings?: Partial<EcsSettings>;
  /** Hosts of the cluster on EC2. */
  hosts?: number;
}

/**
 * An AWS in which ECS runs its tasks' commands on this machine. It ends with the process that started
 * it, however that ends.
 */
export async function startEcs({ python, settings = {}, hosts = 2 }: EcsOptions): Promise<Ecs> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-ecs-ledger-'));
  const agent = await startAgent(python, [AGENT, JSON.stringify(settings), dir], dir);
  const { endpoint, errors } = agent;
  const stop = async (): Promise<void> => {
    await agent.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const control = new EcsControl(endpoint);
    const names = { ec2: 'hosts', fargate: 'fargate', spotProvider: 'spot-hosts' };
    const { subnet, securityGroup } = await control.prepare({ ...names, hosts });
    return {
      endpoint,
      client: awsClientAt(endpoint),
      clusters: { ec2: names.ec2, fargate: names.fargate },
      spotProvider: names.spotProvider,
      network: { subnets: [subnet], securityGroups: [securityGroup] },
      executionRole: 'arn:aws:iam::123456789012:role/flotilla-execution',
      taskRole: 'arn:aws:iam::123456789012:role/flotilla-task',
      ledger: new Ledger(dir),
      control,
      errors,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
