import type { DockerSettings } from '../../../engines/docker/settings.ts';

/** As a worker has them where nothing is configured. */
export const settings: DockerSettings = {
  cluster: 'default',
  mode: 'test',
  network: null,
  pullPolicy: 'IfNotPresent',
  configDir: '/nonexistent',
  socketMount: null,
  logDriver: 'local',
  init: true,
  publishAddress: null,
  keepSeconds: 3600,
  keepContainers: 100,
  usageSeconds: 15,
  imageUnreachableSeconds: 900,
};
