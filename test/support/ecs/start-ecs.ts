import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Ledger } from '../ledger.ts';
import { EcsControl, type EcsSettings } from './control.ts';

const AGENT = fileURLToPath(new URL('agent', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 10_000;

/** What clients of the SDK are made with. */
export interface AwsClient {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

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
  // No user of this machine gives the agent his settings of AWS.
  const child = spawn(python, ['-uB', '-W', 'ignore', AGENT, JSON.stringify(settings), dir], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: dir, AWS_EC2_METADATA_DISABLED: 'true' },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = `${errors}${String(chunk)}`.slice(-20_000)));
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const endpoint = await endpointOf(child, () => errors);
    const control = new EcsControl(endpoint);
    const names = { ec2: 'hosts', fargate: 'fargate', spotProvider: 'spot-hosts' };
    const { subnet, securityGroup } = await control.prepare({ ...names, hosts });
    return {
      endpoint,
      client: {
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      },
      clusters: { ec2: names.ec2, fargate: names.fargate },
      spotProvider: names.spotProvider,
      network: { subnets: [subnet], securityGroups: [securityGroup] },
      executionRole: 'arn:aws:iam::123456789012:role/flotilla-execution',
      taskRole: 'arn:aws:iam::123456789012:role/flotilla-task',
      ledger: new Ledger(dir),
      control,
      errors: () => errors,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The end of its standard input lets it end its jobs first. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit').then(() => true);
  child.stdin?.end();
  if (await Promise.race([exited, sleep(STOP_MS, false, { ref: false })])) return;
  child.kill('SIGKILL');
  await exited;
}

function endpointOf(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the ECS of the tests did not start: ${errors()}`)),
      START_MS,
    );
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).once('line', (line) => {
        clearTimeout(late);
        resolve((JSON.parse(line) as { endpoint: string }).endpoint);
      });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the ECS of the tests ended: ${errors()}`)));
  });
}
