import { afterAll, beforeAll, beforeEach } from 'vitest';
import { findDocker } from '../provision/docker.ts';
import { startDocker, type DockerOptions, type TestDocker } from './test-docker.ts';

/** A daemon that has built an image leaves a hundred thousand files. */
const END_MS = 600_000;

export interface UseDockerOptions extends DockerOptions {
  /** How long `prepare` may take, in milliseconds. */
  prepareMs?: number;
  /** Whether the tests need `docker-compose`. */
  compose?: boolean;
}

/**
 * A Docker daemon for the tests of a file or `describe`; where it cannot be had they are skipped, with
 * the reason, which CI counts as failed.
 * @param prepare is called with the daemon before the tests
 */
export function useDocker(
  prepare: (docker: TestDocker) => Promise<void> | void,
  { prepareMs, compose = false, ...options }: UseDockerOptions = {},
): void {
  const say = (text: string): unknown => process.stdout.write(`${text}\n`);
  const missing = findDocker(say, { fetch: process.env['CI'] === 'true', compose });
  let docker: TestDocker | null = null;
  beforeAll(async () => {
    if (missing !== null) return;
    docker = await startDocker(options);
    await prepare(docker);
  }, prepareMs);
  afterAll(async () => {
    await docker?.stop();
  }, END_MS);
  beforeEach(async (context) => {
    if (missing !== null) context.skip(missing.why);
    // Whatever a test left broken, the next finds a daemon that answers.
    await docker?.restart();
  });
}
