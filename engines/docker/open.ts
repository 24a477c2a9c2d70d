import { homedir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from './engine.ts';
import type { DockerSettings } from './settings.ts';

/** The keys of the configuration that this engine reads; conf/engine-keys.ts says what they mean. */
export interface DockerConfig {
  flotilla_mode: string;
  docker_host: string;
  docker_cert_path?: string | undefined;
  docker_config?: string | undefined;
  docker_network?: string | undefined;
  docker_image_pull_policy: DockerSettings['pullPolicy'];
  docker_image_unreachable_seconds: number;
  docker_socket_mount?: string | undefined;
  docker_publish_address?: string | undefined;
  docker_log_driver: DockerSettings['logDriver'];
  docker_init: boolean;
  docker_keep_seconds: number;
  docker_keep_containers: number;
  docker_usage_seconds: number;
}

/**
 * The engine of one cluster: the daemon that this process is configured for.
 * @throws FlotillaError `invalid` when the configuration names none
 */
export function openDocker(config: DockerConfig, cluster: { name: string }): DockerEngine {
  const place = { host: config.docker_host, certPath: config.docker_cert_path ?? null };
  return new DockerEngine(place, {
    cluster: cluster.name,
    mode: config.flotilla_mode,
    network: config.docker_network ?? null,
    pullPolicy: config.docker_image_pull_policy,
    configDir: config.docker_config ?? join(homedir(), '.docker'),
    socketMount: config.docker_socket_mount ?? null,
    logDriver: config.docker_log_driver,
    init: config.docker_init,
    publishAddress: config.docker_publish_address ?? null,
    keepSeconds: config.docker_keep_seconds,
    keepContainers: config.docker_keep_containers,
    usageSeconds: config.docker_usage_seconds,
    imageUnreachableSeconds: config.docker_image_unreachable_seconds,
  });
}
