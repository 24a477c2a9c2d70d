import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { FlotillaError, messageOf, systemCode } from '../../domain/errors.ts';
import type { AttemptSpec, Notice } from '../engine.ts';
import { makeCgroup, type CgroupRoot } from './cgroup.ts';
import { formatHost, type Host } from './host.ts';
import type { AttemptFiles, Layout } from './paths.ts';
import { logHeader, processEnvironment, wrapCommand } from './spec.ts';

/** How long a launcher waits for its supervisor to say that the command began. */
const START_WITHIN_MS = 5_000;

/** Host faults that pass: the attempt has not begun and may be launched again. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

export interface Launcher {
  layout: Layout;
  host: Host;
  cgroups: CgroupRoot | null;
  bash: string;
  supervisorScript: string;
}

/**
 * Prepares the attempt's files and starts a supervisor. Harmless to repeat: the supervisor that
 * claims the attempt first is the only one that goes on.
 * @throws FlotillaError `capacity` when this host is out of something, `rejected` when the
 *   environment or command cannot be passed to a process
 */
export async function launchSupervisor(
  launcher: Launcher,
  spec: AttemptSpec,
  notices: readonly Notice[],
): Promise<void> {
  const files = launcher.layout.files(spec);
  try {
    prepare(files, spec, notices);
    const cgroup = cgroupFor(launcher, spec);
    await startSupervisor(launcher, files, spec, cgroup);
  } catch (error) {
    throw launchError(error);
  }
}

function prepare(files: AttemptFiles, spec: AttemptSpec, notices: readonly Notice[]): void {
  mkdirSync(files.work, { recursive: true });
  writeOnce(files.live, '');
  writeOnce(files.log, logHeader(notices));
  const draft = `${files.command}.${randomUUID()}`;
  writeFileSync(draft, wrapCommand(spec.command));
  renameSync(draft, files.command);
}

/** Writes a file unless it is there. */
function writeOnce(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

/** Name of an attempt's control group. */
export function cgroupName(ref: { runId: string; attempt: number }): string {
  return `flotilla-${ref.runId}-${ref.attempt}`;
}

function cgroupFor(launcher: Launcher, spec: AttemptSpec): string {
  if (launcher.cgroups === null) return '';
  return makeCgroup(launcher.cgroups, cgroupName(spec), spec.resources.memoryLimitMb);
}

function startSupervisor(
  launcher: Launcher,
  files: AttemptFiles,
  spec: AttemptSpec,
  cgroup: string,
): Promise<void> {
  const args = ['-p', launcher.supervisorScript, files.dir, files.marker];
  return new Promise((resolve, reject) => {
    const child = spawn(launcher.bash, [...args, formatHost(launcher.host), cgroup], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      cwd: launcher.layout.root,
      env: processEnvironment(spec.environment, files.work),
    });
    const timer = setTimeout(done, START_WITHIN_MS);
    function done(): void {
      clearTimeout(timer);
      child.stdout.destroy();
      child.unref();
      resolve();
    }
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // Either it says "started", or it is gone because another supervisor has the attempt.
    child.stdout.once('data', done);
    child.stdout.once('close', done);
  });
}

function launchError(error: unknown): FlotillaError {
  if (error instanceof FlotillaError) return error;
  const code = systemCode(error);
  if (code !== null && FULL.has(code)) {
    return new FlotillaError('capacity', `this host is out of room: ${messageOf(error)}`);
  }
  if (code === 'E2BIG') {
    return new FlotillaError('rejected', 'environment and command are too large for a process');
  }
  if (code === 'ERR_INVALID_ARG_VALUE') {
    return new FlotillaError('rejected', `environment or command: ${messageOf(error)}`);
  }
  return new FlotillaError('unavailable', `cannot launch: ${messageOf(error)}`, { cause: error });
}
