import { Command } from 'commander';
import { loadConfig } from '../conf/load.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { required } from '../domain/errors.ts';
import { confDir } from './conf-dir.ts';
import { tell } from './output.ts';

/** `flotilla migrate`: bring a database's schema up to date. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'create or update the tables in DATABASE_URL; a database of flotilla-os is adopted',
    )
    .argument('[conf]', 'directory with a config.yml; environment variables override it')
    .action(async (dir: string | undefined) => {
      await migrateDatabase(
        required('database_url', loadConfig({ dir: confDir(dir) }).database_url),
        tell,
      );
      tell('the schema is up to date');
    });
}
