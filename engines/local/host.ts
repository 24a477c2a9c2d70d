import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which machine, since which boot, seen from which pid namespace. */
export interface Host {
  machine: string;
  boot: string;
  pidNamespace: string;
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function bootOfMac(): string {
  try {
    return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'only';
  }
}

/** This process's host. A pid means the same process only while all three are the same. */
export function currentHost(): Host {
  return {
    machine: read('/etc/machine-id') ?? `host:${hostname()}`,
    boot: read('/proc/sys/kernel/random/boot_id') ?? bootOfMac(),
    pidNamespace: pidNamespace(),
  };
}

export function formatHost(host: Host): string {
  return [host.machine, host.boot, host.pidNamespace].join('|');
}

export function parseHost(text: string): Host {
  const [machine = '', boot = '', namespace = ''] = text.split('|');
  return { machine, boot, pidNamespace: namespace };
}
