import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../../domain/errors.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const INSTALL_MS = 600_000;

const execute = promisify(execFile);

export type Chromium = { path: string } | { why: string };

/**
 * A Chromium: the one that FLOTILLA_CHROMIUM names, the machine's own, or, where `install` says that
 * the system may be changed for that and apt can, Debian's.
 */
export async function findChromium(options: {
  install: boolean;
  say: (text: string) => void;
}): Promise<Chromium> {
  const named = process.env['FLOTILLA_CHROMIUM'];
  if (named !== undefined && named !== '') {
    return existsSync(named) ? { path: named } : { why: `FLOTILLA_CHROMIUM: no ${named}` };
  }
  const here = onPath();
  if (here !== null) return { path: here };
  if (!options.install) {
    return { why: 'no Chromium; FLOTILLA_CHROMIUM names one, and CI=true installs it (apt)' };
  }
  try {
    options.say('installing Chromium: apt-get install chromium');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = { env, timeout: INSTALL_MS };
    await execute('apt-get', ['update', '-q'], apt);
    const fonts = 'fonts-dejavu-core';
    await execute('apt-get', ['install', '-qy', '--no-install-recommends', 'chromium', fonts], apt);
  } catch (error) {
    return { why: `Chromium cannot be had: ${messageOf(error)}` };
  }
  const installed = onPath();
  return installed === null ? { why: 'apt installed no Chromium' } : { path: installed };
}

function onPath(): string | null {
  const dirs = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');
  const paths = NAMES.flatMap((name) => dirs.map((dir) => join(dir, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}
