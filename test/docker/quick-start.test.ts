import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { provideImage } from '../support/image/build-image.ts';
import { makeStandIns } from '../support/image/stand-ins.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = join(PROJECT, 'docker-compose.yml');
const PREPARE_MS = 900_000;

interface Service {
  image: string;
  build?: string;
}
const { services } = parse(readFileSync(FILE, 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
};

let docker: TestDocker;
const dir = mkdtempSync(join(tmpdir(), 'flotilla-quick-start-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** `docker-compose` on the compose file as it is, but with the socket of the tests' daemon. */
function compose(...args: string[]): Promise<string> {
  const env = { DOCKER_HOST: docker.host, DOCKER_CONFIG: dir, COMPOSE_PROJECT_NAME: 'quick' };
  const files = [
    '--file',
    FILE,
    '--file',
    join(dir, 'override.yml'),
    '--project-directory',
    PROJECT,
  ];
  return docker.inside('/usr/bin/docker-compose', [...files, ...args], env);
}

async function up(): Promise<void> {
  await compose('up', '-d').catch(async (error: unknown) => {
    throw new Error(await compose('logs', '--no-color', '--tail', '30'), { cause: error });
  });
}

useDocker(
  async (started) => {
    docker = started;
    const override = {
      services: { flotilla: { volumes: [`${docker.socket}:/var/run/docker.sock`] } },
    };
    writeFileSync(join(dir, 'override.yml'), JSON.stringify(override));
    const named = Object.values(services).filter(({ build }) => build === undefined);
    const images = [...new Set(named.map(({ image }) => image))];
    const archives = await makeStandIns(dir, images, inject('temporalBinary'));
    for (const archive of archives) await docker.load(archive);
    await provideImage(docker, { canBuild: false });
    // What the example's job runs in.
    await docker.ask('POST', `/images/${docker.images.bash}/tag?repo=ubuntu&tag=latest`);
  },
  { ownNetwork: true, compose: true, prepareMs: PREPARE_MS },
);

test('docker-compose up -d, and the calls of the README go through, on both ports', async () => {
  await up();
  expect(await compose('logs', '--no-color', 'temporal-schema')).toContain(
    'temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u flotilla ' +
      '--db temporal_visibility update-schema -d /etc/temporal/schema/postgresql/v12/visibility/versioned',
  );
  expect(await compose('logs', '--no-color', 'temporal-namespace')).toContain('is ready');
  const said = await calls(3000);
  expect(said).toContain('hello yourusername');
  expect(said).toMatch(/"exit_code":0/);
  // Defined already, and run again.
  expect(await calls(5000)).toContain('hello yourusername');
});

test('it comes up again after docker-compose down, with the history', async () => {
  await compose('down');
  await up();
  const history = await sh(
    `${answers(3000)}curl -s 'localhost:3000/api/v6/history?status=STOPPED'`,
  );
  expect(JSON.parse(history)).toMatchObject({ total: 2 });
});

/** The README's block of curls as it stands, in this order, with the port of flotilla-os or of now. */
function calls(port: number): Promise<string> {
  const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');
  const block = /^## By curl\n[\s\S]*?```sh\n([\s\S]*?)```/m.exec(readme)?.[1] ?? '';
  expect(block).toContain('localhost:3000');
  return sh(answers(port) + block.replaceAll('localhost:3000', `localhost:${port}`));
}

/** Docker takes connections before the server does, and ends them. */
function answers(port: number): string {
  return `until curl -sf -o /dev/null localhost:${port}/api/v6/health; do sleep 0.5; done\n`;
}

function sh(script: string): Promise<string> {
  return docker.inside('bash', ['-c', `cd ${PROJECT}\n${script}`]);
}
