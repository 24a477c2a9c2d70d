import type Docker from 'dockerode';
import type { AttemptSpec } from '../engine.ts';
import { shellCommand } from '../shell-command.ts';
import { LABELS } from './names.ts';
import type { DockerSettings } from './settings.ts';

const BYTES_PER_MEGABYTE = 1_000_000;
const NANOS_PER_MILLICORE = 1_000_000;
/** Of a whole core; the kernel's unit of relative weight. */
const SHARES_PER_CORE = 1024;
/** Shared memory for each GPU, as in flotilla-os. */
const SHARED_MEMORY_BYTES = 8 * 2 ** 30;
/** Larger than any log: what is rotated is lost to whoever comes later. */
const WHOLE_LOG = { 'max-size': '1000g', 'max-file': '1', compress: 'false' };
/** Where Docker looks for itself inside a container, whatever its path on the host. */
const SOCKET = '/var/run/docker.sock';

/** What the daemon's host has. */
export interface HostSize {
  cpus: number;
}

/**
 * The container of an attempt (pure). Its command runs as flotilla-os runs it: by a login shell that
 * shows each line and ends at the first that fails. docs/engines/docker.md lists what differs and why.
 */
export function containerOf(
  spec: AttemptSpec,
  settings: DockerSettings,
  host: HostSize,
): Docker.ContainerCreateOptions {
  return {
    Image: spec.image,
    Entrypoint: shellCommand(spec.command),
    Cmd: [],
    Env: [...spec.environment].map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(spec, settings),
    ...portsOf(spec),
    HostConfig: {
      ...limitsOf(spec, host),
      ...publishedOf(spec, settings),
      Privileged: false,
      Init: settings.init,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: settings.logDriver, Config: WHOLE_LOG },
      ...(settings.network === null ? {} : { NetworkMode: settings.network }),
      ...(spec.requiresDocker && settings.socketMount !== null
        ? { Binds: [`${settings.socketMount}:${SOCKET}`] }
        : {}),
    },
  };
}

/** `linux/arm64` and so on; null where the daemon's own will do. */
export function platformOf(arch: string | null): string | null {
  return arch === null || arch === '' ? null : `linux/${arch}`;
}

/** Users' own come first: they cannot say that the container is another's. */
function labelsOf(spec: AttemptSpec, settings: DockerSettings): Record<string, string> {
  return {
    ...spec.labels,
    [LABELS.cluster]: settings.cluster,
    [LABELS.mode]: settings.mode,
    [LABELS.runId]: spec.runId,
    [LABELS.attempt]: String(spec.attempt),
    [LABELS.owner]: spec.owner,
    [LABELS.alias]: spec.alias,
  };
}

/** Without swap: a job that needs more memory than it has ends instead of crawling. */
function limitsOf({ resources: of }: AttemptSpec, host: HostSize): Docker.HostConfig {
  const memory = of.memoryLimitMb === null ? null : of.memoryLimitMb * BYTES_PER_MEGABYTE;
  const reserved = of.memoryMb === null ? null : of.memoryMb * BYTES_PER_MEGABYTE;
  const cpu = of.cpuLimitMillicores;
  return {
    ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
    ...(reserved === null || (memory !== null && reserved > memory)
      ? {}
      : { MemoryReservation: reserved }),
    // More than the host has is refused by the daemon; it is all that there is.
    ...(cpu === null ? {} : { NanoCpus: Math.min(cpu, host.cpus * 1000) * NANOS_PER_MILLICORE }),
    ...(of.cpuMillicores === null
      ? {}
      : { CpuShares: Math.max(2, Math.round((of.cpuMillicores * SHARES_PER_CORE) / 1000)) }),
    ...(of.gpu > 0
      ? {
          DeviceRequests: [{ Count: of.gpu, Capabilities: [['gpu']] }],
          ShmSize: of.gpu * SHARED_MEMORY_BYTES,
        }
      : {}),
  };
}

function portsOf({ ports }: AttemptSpec): Pick<Docker.ContainerCreateOptions, 'ExposedPorts'> {
  if (ports.length === 0) return {};
  return { ExposedPorts: Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}])) };
}

/** Each at a free port of the host: two runs of one definition do not fight for the same. */
function publishedOf(
  { ports }: AttemptSpec,
  { publishAddress }: DockerSettings,
): Docker.HostConfig {
  if (ports.length === 0 || publishAddress === null) return {};
  const at = [{ HostIp: publishAddress, HostPort: '' }];
  return { PortBindings: Object.fromEntries(ports.map((port) => [`${port}/tcp`, at])) };
}
