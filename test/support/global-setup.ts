import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { Children } from '../../dev/children.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { findTemporal } from '../../dev/temporal-binary.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { migrateDatabase } from '../../db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a role that may create databases. */
    postgresUrl: string;
    temporalAddress: string;
    temporalBinary: string;
  }
}

export const TEMPLATE = 'flotilla_template';

/** One Postgres and one Temporal for a project's files; each file has a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-test-'));
  const children = new Children(dir);
  const abandon = (): void => {
    children.kill();
    rmSync(dir, { recursive: true, force: true });
  };
  // Vitest tears nothing down when it is ended by a signal.
  process.once('exit', abandon);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(143));
  const binary = findTemporal((text) => process.stdout.write(`${text}\n`));
  const [postgres, temporal] = await Promise.all([
    startPostgres({
      dir,
      preferredPort: 0,
      children,
      // No test pulls the plug of the machine.
      settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
    }),
    startTemporal({
      binary: binary.path,
      dir,
      preferredPort: 0,
      preferredUiPort: 0,
      children,
      dbFile: null,
      dynamicConfig: {
        'frontend.namespaceRPS': '10000',
        'frontend.namespaceRPS.visibility': '1000',
        'limit.historyCount.suggestContinueAsNew': '120',
      },
    }),
  ]);
  await makeTemplate(postgres.url);
  project.provide('postgresUrl', postgres.url);
  project.provide('temporalAddress', temporal.address);
  project.provide('temporalBinary', binary.path);
  return async () => {
    process.off('exit', abandon);
    await children.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

async function makeTemplate(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await admin.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrateDatabase(template.href);
}
