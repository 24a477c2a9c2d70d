import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApiClient } from '../cli/client.ts';
import { openDatabase, type Database } from '../db/client.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { seedCluster } from '../db/clusters.ts';
import { Children } from '../dev/children.ts';
import { choosePort } from '../dev/ports.ts';
import { startPostgres } from '../dev/postgres.ts';
import { findTemporal } from '../dev/temporal-binary.ts';
import { startTemporal } from '../dev/temporal.ts';
import { LocalEngine } from '../engines/local/engine.ts';
import { localClusterDir } from '../engines/local/paths.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where Temporal keeps its state: in memory, or as `npm start` has it, on a file. */
export type Store = 'memory' | 'file';

export interface BenchStack {
  dir: string;
  api: ApiClient;
  url: string;
  temporalAddress: string;
  databaseUrl: string;
  database: Database;
  /** Starts a built program and waits until it works. */
  start(program: 'serve' | 'server' | 'worker', env?: NodeJS.ProcessEnv): Promise<ChildProcess>;
  close(): Promise<void>;
}

/** An embedded stack of the bench's own, on the settings of service (fsync on). */
export async function createStack(store: Store): Promise<BenchStack> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-bench-'));
  const children = new Children(dir);
  const binary = findTemporal((text) => console.log(text));
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dir, preferredPort: 0, children }),
    startTemporal({
      binary: binary.path,
      dir,
      preferredPort: 0,
      preferredUiPort: 0,
      children,
      dbFile: store === 'file' ? join(dir, 'temporal.db') : null,
    }),
  ]);
  await migrateDatabase(postgres.url);
  const database = openDatabase(postgres.url, {
    maxConnections: 4,
    applicationName: 'flotilla-bench',
    onIdleError: () => undefined,
  });
  await seedCluster(database.db, { name: 'default', engine: 'local', region: 'local' });
  const port = await choosePort(0);
  const url = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${port}`,
    DATA_DIR: dir,
    LOG_LEVEL: 'info',
  };
  const programs: ChildProcess[] = [];
  return {
    dir,
    url,
    api: new ApiClient(url),
    temporalAddress: temporal.address,
    databaseUrl: postgres.url,
    database,
    async start(program, more = {}) {
      const child = spawn(process.execPath, ['dist/cli.js', program], {
        cwd: ROOT,
        env: { ...env, ...more },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      programs.push(child);
      await says(child, program === 'server' ? '"listening"' : '"polling"');
      return child;
    },
    async close() {
      await Promise.all(programs.map(end));
      await endJobs(dir);
      await database.close();
      await children.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process in megabytes (10^6 bytes). */
export function residentMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round((Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6);
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

function says(child: ChildProcess, text: string): Promise<void> {
  let heard = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      heard = (heard + String(chunk)).slice(-4_000);
      if (heard.includes(text)) resolve();
    });
    child.once('exit', () => reject(new Error(`a program ended: ${heard}`)));
  });
}

async function endJobs(dir: string): Promise<void> {
  const engine = new LocalEngine(localClusterDir(dir, 'default'));
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = await engine.list(cursor);
    for (const job of page.jobs.filter((one) => one.phase !== 'STOPPED')) {
      const signal = AbortSignal.timeout(30_000);
      await engine.end({ ref: job, externalId: null, graceSeconds: 0, signal });
    }
    cursor = page.next;
  }
}
