import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let docker: TestDocker;
let dir: string;
useDocker(async (started) => {
  docker = started;
  // The example's image, which no registry is asked for.
  await docker.ask('POST', `/images/${docker.images.bash}/tag?repo=ubuntu&tag=latest`);
});
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-dev-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** `npm run demo`, as built. */
async function demo(more: NodeJS.ProcessEnv): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['dist/dev.js', 'demo'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: dir,
      HTTP_SERVER_LISTEN_ADDRESS: ':0',
      DEV_POSTGRES_PORT: '0',
      DEV_TEMPORAL_PORT: '0',
      DEV_TEMPORAL_UI_PORT: '0',
      DOCKER_HOST: docker.host,
      // The daemon has no bridge.
      DOCKER_NETWORK: 'none',
      ...more,
    },
  });
  return `${stdout}${stderr}`;
}

test('where a daemon answers, the embedded stack runs jobs as containers, in their image', async () => {
  const said = await demo({});
  expect(said).toContain(`jobs run as containers: Docker`);
  expect(said).toMatch(/^hello yourusername$/m);
  expect(said).toContain('exit code 0');
  expect(said).not.toContain('image not used');
  const again = await demo({ DEV_ENGINE: 'local' });
  expect(again).toContain(`cluster default is of engine docker, with which ${dir} was begun`);
});
