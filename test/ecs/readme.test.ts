import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../docs/markdown.ts';
import { identify, isAlive } from '../../os/process.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { eventually } from '../support/eventually.ts';
import { removeLocalJobs } from '../support/local-jobs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** npm is what it starts, as built; curl's server is the one that was started, at whatever port. */
const PRELUDE = String.raw`
npm() {
  if [[ $* == start ]]; then
    node "$DIST/dev.js" start >stack.log 2>&1 & echo $! >stack.pid
    until grep -q 'Ctrl-C ends it' stack.log; do kill -0 $! || return 1; sleep 0.1; done
  else
    shift 3
    node "$DIST/cli.js" "$@"
  fi
}
curl() {
  local url
  url=$(sed -n 's/^API *\(http:[^ ]*\)\/api.*/\1/p' stack.log)
  command curl -q -sS --fail-with-body "${'$'}{@/#localhost:3000/$url}"; echo
}
`;

let ecs: Ecs;
let dir: string;
useEcs((given) => void (ecs = given));
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-readme-'));
  cpSync(join(ROOT, 'examples'), join(dir, 'examples'), { recursive: true });
  const client = new ECSClient(ecs.client);
  await client.send(new CreateClusterCommand({ clusterName: 'batch' }));
  client.destroy();
  await ecs.control.addHost('batch');
});
afterAll(async () => {
  const file = join(dir, 'stack.pid');
  if (existsSync(file)) await end(Number(readFileSync(file, 'utf8')));
  await removeLocalJobs(dir);
  rmSync(dir, { recursive: true, force: true });
});

async function end(pid: number): Promise<void> {
  const stack = identify(pid);
  if (stack === null) return;
  process.kill(pid, 'SIGTERM');
  await eventually('the stack has ended', () => !isAlive(stack));
}

/** The commands of a section, in one bash that ends at the first that fails. */
function commandsOf(heading: string): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const blocks = codeBlocks(section).filter(({ language }) => language === 'sh');
  return blocks.map(({ lines }) => lines.join('\n')).join('\n');
}

function bash(script: string): Promise<{ code: number | null; text: string }> {
  const child = spawn('bash', ['-euc', script], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DIST: join(ROOT, 'dist'),
      HTTP_SERVER_LISTEN_ADDRESS: ':0',
      DEV_POSTGRES_PORT: '0',
      DEV_TEMPORAL_PORT: '0',
      DEV_TEMPORAL_UI_PORT: '0',
      AWS_ENDPOINT_URL: ecs.endpoint,
      AWS_ACCESS_KEY_ID: ecs.client.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ecs.client.credentials.secretAccessKey,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (text += String(chunk)));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, text })));
}

test('what the README says of ECS works as it is printed', async () => {
  const { code, text } = await bash(`${PRELUDE}${commandsOf('Run on ECS')}`);
  expect({ code, text }).toEqual({ code: 0, text });
  expect(text).toContain('created rule flotilla-status\n');
  expect(text).toMatch(/^ok +cluster batch: ACTIVE/m);
  expect(text).toContain('cluster batch of engine ecs is registered');
  expect(text).toMatch(/\nhello ada/);
  expect(text).toMatch(/^batch +ecs +active .*ACTIVE: 1 container instances.* vCPU and /m);
  expect(text).toMatch(/^batch +ACTIVE +1 +0 +0 +yes$/m);
  const tasks = await ecs.control.tasks();
  expect(tasks.map(({ starts }) => starts)).toEqual([1, 1]);
  expect(tasks.every(({ startedBy }) => startedBy?.startsWith('ecs-'))).toBe(true);
});

test('without a queue’s name, setup says which key to set', async () => {
  const { code, text } = await bash(`${PRELUDE}npm run flotilla -- aws setup --region us-east-1`);
  expect(code).toBe(2);
  expect(text).toContain('flotilla: configuration: QUEUE_STATUS must be set');
});

test('check exits with 1 when something is missing, and names a server that does not answer', async () => {
  const call = (args: string): ReturnType<typeof bash> =>
    bash(`${PRELUDE}npm run flotilla -- aws check --region us-east-1 ${args}`);
  expect(await call('--cluster none')).toMatchObject({
    code: 1,
    text: expect.stringContaining('MISSING cluster none: '),
  });
  const away = await call('--url http://127.0.0.1:9');
  expect(away).toMatchObject({ code: 1, text: expect.stringContaining('no answer from') });
});

test('the clusters of ECS are listed, also while no server answers', async () => {
  const command = 'npm run flotilla -- aws clusters --region us-east-1 --url http://127.0.0.1:9';
  const { code, text } = await bash(`${PRELUDE}${command}`);
  expect(code).toBe(0);
  expect(text).toMatch(/^batch +ACTIVE +1 +\d+ +\d+ +\?$/m);
  expect(text).toMatch(/^fargate +ACTIVE +0 +0 +0 +FARGATE,FARGATE_SPOT +\?$/m);
});
