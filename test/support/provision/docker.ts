import { messageOf } from '../../../domain/errors.ts';
import { installPackages, missingPackages, type Packages } from './debian.ts';

const DOCKER: Packages = {
  'docker.io': '/usr/sbin/dockerd',
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  iproute2: '/sbin/ip',
  'util-linux': '/usr/bin/nsenter',
  'docker-registry': '/usr/bin/docker-registry',
  'busybox-static': '/bin/busybox',
  'bash-static': '/bin/bash-static',
};

const COMPOSE: Packages = { 'docker-compose': '/usr/bin/docker-compose' };

const PODMAN: Packages = {
  podman: '/usr/bin/podman',
  conmon: '/usr/bin/conmon',
  catatonit: '/usr/bin/catatonit',
};

/**
 * What a Docker of our own needs: root on Linux, and packages of Debian, which are installed when `fetch`
 * says so. On a machine with systemd that also starts Debian's own daemon, which nothing here touches.
 * @returns why it cannot be had, else null
 */
export function findDocker(
  say: (text: string) => void,
  {
    fetch,
    compose = false,
    podman = false,
  }: { fetch: boolean; compose?: boolean; podman?: boolean },
): { why: string } | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { why: 'a Docker of our own needs root on Linux' };
  const packages = { ...DOCKER, ...(compose ? COMPOSE : {}), ...(podman ? PODMAN : {}) };
  const missing = missingPackages(packages);
  if (missing.length === 0) return null;
  if (!fetch)
    return {
      why: `Docker is not installed: \`CI=true npm test -- --project docker\` installs ${missing.join(', ')}`,
    };
  try {
    installPackages(packages, say);
    return null;
  } catch (error) {
    return { why: `Docker cannot be had: ${messageOf(error)}` };
  }
}
