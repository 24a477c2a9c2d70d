import { afterEach } from 'vitest';
import type { DockerEngine } from '../../../engines/docker/engine.ts';
import { openDocker, type DockerConfig } from '../../../engines/docker/open.ts';
import type { TestDocker } from './test-docker.ts';

/** How the tests' Flotilla runs containers: the daemon has no bridge, and images are there. */
export const DOCKER_SETTINGS = {
  docker_network: 'host',
  docker_config: '/nonexistent',
  docker_usage_seconds: 0,
} as const;

const SETTINGS: Omit<DockerConfig, 'docker_host'> = {
  ...DOCKER_SETTINGS,
  flotilla_mode: 'test',
  docker_image_pull_policy: 'IfNotPresent',
  docker_image_unreachable_seconds: 20,
  docker_log_driver: 'local',
  docker_init: true,
  docker_keep_seconds: 3600,
  docker_keep_containers: 100,
};

/** The engine by itself, as a worker opens it. */
export function engineOn(
  docker: Pick<TestDocker, 'host'>,
  more: Partial<DockerConfig> = {},
): DockerEngine {
  return openDocker({ ...SETTINGS, docker_host: docker.host, ...more }, { name: 'docker-test' });
}

/** Opens engines, as workers of their own have them, in a file or `describe`; each test's are closed after it. */
export function enginesOn(
  docker: () => Pick<TestDocker, 'host'>,
): (more?: Partial<DockerConfig>) => DockerEngine {
  const opened: DockerEngine[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((engine) => engine.close()));
  });
  return (more) => {
    const engine = engineOn(docker(), more);
    opened.push(engine);
    return engine;
  };
}
