import { Command } from 'commander';
import { readConfig, type Loaded } from '../conf/load.ts';
import { CONFIG_KEYS } from '../conf/schema.ts';
import { maskValue } from '../conf/secrets.ts';
import { confDir } from './conf-dir.ts';
import { table, tell, write } from './output.ts';

/** `flotilla config`: what a server or worker started here would go by, and why. */
export function configCommand(): Command {
  return new Command('config')
    .description('print every setting in effect and where it comes from; secrets are masked')
    .option('--dir <dir>', 'directory with a config.yml; environment variables override it')
    .option('--json', 'print JSON', false)
    .action((options: { dir?: string; json: boolean }) => {
      const loaded = readConfig({ dir: confDir(options.dir) });
      for (const warning of loaded.warnings) tell(warning);
      write(options.json ? asJson(loaded) : asTable(loaded));
    });
}

function asJson({ config, sources }: Loaded): string {
  const settings = CONFIG_KEYS.map((key) => {
    const value = maskValue(key, config[key]) ?? null;
    return [key, { value, source: sources[key] }] as const;
  });
  return `${JSON.stringify(Object.fromEntries(settings), null, 2)}\n`;
}

function asTable({ config, sources }: Loaded): string {
  const rows = CONFIG_KEYS.map((key) => [key, shown(maskValue(key, config[key])), sources[key]]);
  return `${table([['KEY', 'VALUE', 'FROM'], ...rows])}\n`;
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
