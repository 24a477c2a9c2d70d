import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 60_000;
const STOP_MS = 10_000;

/** A program of the tests' own in moto's Python, that says where it listens and ends with its input. */
export interface AgentProcess {
  endpoint: string;
  /** What it wrote to standard error so far: empty, unless something in it is broken. */
  errors(): string;
  stop(): Promise<void>;
}

/** @param dir for its HOME; no user of this machine gives it settings of AWS */
export async function startAgent(
  python: string,
  args: readonly string[],
  dir: string,
): Promise<AgentProcess> {
  const child = spawn(python, ['-uB', '-W', 'ignore', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: dir, AWS_EC2_METADATA_DISABLED: 'true' },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = `${errors}${String(chunk)}`.slice(-20_000)));
  try {
    const endpoint = await endpointOf(child, () => errors);
    return { endpoint, errors: () => errors, stop: () => end(child) };
  } catch (error) {
    await end(child);
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
      () => reject(new Error(`the agent of the tests did not start: ${errors()}`)),
      START_MS,
    );
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).once('line', (line) => {
        clearTimeout(late);
        resolve((JSON.parse(line) as { endpoint: string }).endpoint);
      });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the agent of the tests ended: ${errors()}`)));
  });
}
