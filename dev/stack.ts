import { join, resolve } from 'node:path';
import { migrateDatabase } from '../db/migrate.ts';
import type { Config } from '../conf/schema.ts';
import type { Children } from './children.ts';
import { startPostgres } from './postgres.ts';
import { startTemporal } from './temporal.ts';
import { findTemporal } from './temporal-binary.ts';

export interface StackOptions {
  dir: string;
  /** Used instead of an embedded Postgres. */
  databaseUrl: string | undefined;
  /** Used instead of an embedded Temporal. */
  temporalAddress: string | undefined;
  postgresPort: number;
  temporalPort: number;
  temporalUiPort: number;
  say(text: string): void;
  /** Those of the directory; ended here only where the stack does not come up. */
  children: Children;
}

export interface Stack {
  /** What the rest of the configuration builds on. */
  config: Pick<Config, 'database_url' | 'temporal_address' | 'temporal_ui_url'>;
  /** Rejects when a part of the stack ends by itself. */
  failed: Promise<never>;
}

/** Postgres and Temporal, each embedded unless there is one already, and the schema up to date. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dir = resolve(options.dir);
  const { children } = options;
  const left = await children.endLeftovers();
  if (left.length > 0) options.say(`ended what an earlier start left running: ${left.join(', ')}`);
  try {
    const [database, temporal] = await Promise.all([
      startDatabase(options, dir, children),
      startTemporalService(options, dir, children),
    ]);
    const failed = Promise.race([database.failed, temporal.failed]);
    // Heard by whoever awaits it; until then it must not end the process.
    failed.catch(() => undefined);
    return {
      config: {
        database_url: database.url,
        temporal_address: temporal.address,
        ...(temporal.uiUrl === null ? {} : { temporal_ui_url: temporal.uiUrl }),
      },
      failed,
    };
  } catch (error) {
    await children.stop();
    throw error;
  }
}

const never = new Promise<never>(() => undefined);

async function startDatabase(
  options: StackOptions,
  dir: string,
  children: Children,
): Promise<{ url: string; failed: Promise<never> }> {
  if (options.databaseUrl !== undefined) {
    await migrateDatabase(options.databaseUrl, options.say);
    return { url: options.databaseUrl, failed: never };
  }
  const { url, child } = await startPostgres({
    dir,
    preferredPort: options.postgresPort,
    children,
  });
  await migrateDatabase(url, options.say);
  return { url, failed: child.failed };
}

async function startTemporalService(
  options: StackOptions,
  dir: string,
  children: Children,
): Promise<{ address: string; uiUrl: string | null; failed: Promise<never> }> {
  if (options.temporalAddress !== undefined) {
    return { address: options.temporalAddress, uiUrl: null, failed: never };
  }
  const binary = findTemporal(options.say);
  options.say(`Temporal CLI: ${binary.path}, from ${binary.from}`);
  const { address, uiUrl, child } = await startTemporal({
    binary: binary.path,
    dir,
    preferredPort: options.temporalPort,
    preferredUiPort: options.temporalUiPort,
    children,
    dbFile: join(dir, 'temporal.db'),
  });
  return { address, uiUrl, failed: child.failed };
}
