import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../domain/errors.ts';
import { awsClientAt, type AwsClient } from './aws-client.ts';
import { provisionPython } from './python.ts';

/** moto[s3] with flask and flask-cors, which its server needs; not what its rarer services need. */
const PROGRAM = {
  name: 'moto',
  size: '35 MB',
  requirements: fileURLToPath(new URL('moto.txt', import.meta.url)),
  check: ['-c', 'import moto.server'],
};
const LISTENS = /Running on (http:\/\/127\.0\.0\.1:\d+)/;

export type MotoPython = { python: string } | { why: string };

/** What serves moto, the imitation of AWS, in a Python of its own; or why it cannot be had. */
export function findMoto(say: (text: string) => void): MotoPython {
  try {
    return { python: provisionPython(PROGRAM, say) };
  } catch (error) {
    return { why: `moto cannot be had: ${messageOf(error)}` };
  }
}

export interface Moto {
  /** An AWS with nothing in it, at a port of loopback. */
  endpoint: string;
  /** What a client of the SDK is made with. */
  client: AwsClient;
  stop(): Promise<void>;
}

/** Objects of a page of a list, of which S3 has 1000: pages turn in every test of any size. */
export const LIST_PAGE = 50;

/** Starts moto on a free port. */
export async function startMoto({ python }: { python: string }): Promise<Moto> {
  const child = spawn(python, ['-u', '-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, MOTO_S3_DEFAULT_MAX_KEYS: String(LIST_PAGE) },
  });
  const endpoint = await endpointOf(child);
  return {
    endpoint,
    client: awsClientAt(endpoint),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        const endpoint = LISTENS.exec(line)?.[1];
        if (endpoint !== undefined) resolve(endpoint);
      });
    }
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto ended at its start: ${said.join('\n')}`)));
  });
}
