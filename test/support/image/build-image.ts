import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDocker, type TestDocker } from '../docker/test-docker.ts';
import { run } from '../linux/commands.ts';
import { BASE_IMAGE, makeBaseImage } from './base-image.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** Kept from one file of tests to the next; not in the repository. */
const KEPT = join(PROJECT, 'test/.tmp/image');
/** What the image is made of; the stamp of the build stands for all sources. */
const MADE_OF = [
  ...['dist/.stamp', 'Dockerfile', '.dockerignore', 'package.json', 'package-lock.json'],
  ...['deploy/docker/config.yml', 'test/support/image/base-image.ts'],
];

/** The image's name, in its archive and in the compose file. */
export const IMAGE = 'flotilla';

/**
 * Brings the image to a daemon. Some minutes, unless an archive of it is there. The Dockerfile is built as a
 * user builds it, but on an image that stands in for the public one; it takes what `npm ci` takes here, for
 * which the build has the network of this machine: a daemon with a network of its own has another build it.
 */
export async function provideImage(
  docker: TestDocker,
  { canBuild }: { canBuild: boolean },
): Promise<void> {
  const hash = createHash('sha256').update(process.version);
  for (const file of MADE_OF) hash.update(readFileSync(join(PROJECT, file)));
  const archive = join(KEPT, `${hash.digest('hex').slice(0, 12)}.tar`);
  if (existsSync(archive)) return docker.load(archive);
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(KEPT, { recursive: true });
  if (canBuild) return build(docker, archive);
  const builder = await startDocker();
  try {
    await build(builder, archive);
  } finally {
    await builder.stop();
  }
  await docker.load(archive);
}

async function build(docker: TestDocker, archive: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-image-'));
  try {
    await docker.load(makeBaseImage(dir));
    // The builder that every Docker has; the client of Debian comes with the daemon.
    const env = { DOCKER_HOST: docker.host, DOCKER_CONFIG: dir, DOCKER_BUILDKIT: '0' };
    const options = [
      '--network',
      'host',
      '--build-arg',
      `NODE_IMAGE=${BASE_IMAGE}`,
      '--tag',
      IMAGE,
    ];
    await run('/usr/bin/docker', ['build', ...options, PROJECT], { env });
    await run('/usr/bin/docker', ['save', '--output', `${archive}.draft`, IMAGE], { env });
    renameSync(`${archive}.draft`, archive);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
