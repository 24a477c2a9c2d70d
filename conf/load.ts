import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import { configSchema, type Config, type ConfigKey } from './schema.ts';

export const CONFIG_FILE = 'config.yml';
const KEYS = Object.keys(configSchema.shape) as ConfigKey[];

export interface LoadOptions {
  /** Directory with a config.yml; without one, only environment and defaults count. */
  dir?: string | undefined;
  environment?: Record<string, string | undefined>;
  /** Values that yield to file and environment, such as those of the embedded stack. */
  defaults?: Partial<Record<ConfigKey, unknown>>;
}

/**
 * Reads the configuration once: defaults, then the file, then the environment. In the file a key may
 * be flat, dotted or nested (`database.url`); in the environment it is upper case (`DATABASE_URL`).
 * @throws FlotillaError `invalid` naming each key at fault
 */
export function loadConfig(options: LoadOptions = {}): Config {
  const environment = options.environment ?? process.env;
  const values = {
    ...options.defaults,
    ...fromFile(options.dir),
    ...fromEnvironment(environment),
  };
  const parsed = configSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const texts = parsed.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown key ${issue.keys.join(', ')}`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  throw new FlotillaError('invalid', `configuration: ${texts.join('; ')}`);
}

function fromFile(dir: string | undefined): Record<string, unknown> {
  if (dir === undefined) return {};
  const path = join(resolve(dir), CONFIG_FILE);
  if (!existsSync(path)) throw new FlotillaError('invalid', `configuration: no file ${path}`);
  let document: unknown;
  try {
    document = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new FlotillaError('invalid', `configuration: ${path}: ${messageOf(error)}`);
  }
  return document === null ? {} : flatten(document, '');
}

/** `{a: {b: 1}}` and `{'a.b': 1}` are both `{a_b: 1}`; lists are values. */
function flatten(node: unknown, prefix: string): Record<string, unknown> {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return { [prefix]: node };
  const parts = Object.entries(node).map(([key, value]) => {
    const name = key.replaceAll('.', '_');
    return flatten(value, prefix === '' ? name : `${prefix}_${name}`);
  });
  return Object.assign({}, ...parts) as Record<string, unknown>;
}

function fromEnvironment(environment: Record<string, string | undefined>): Record<string, unknown> {
  const set = KEYS.flatMap((key) => {
    const value = environment[key.toUpperCase()];
    return value === undefined || value === '' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(set);
}

/** A `host:port` of the configuration; `:3000` means loopback. */
export function parseAddress(text: string): { host: string; port: number } {
  const match = /^(.*):(\d{1,5})$/.exec(text);
  const portNumber = Number(match?.[2]);
  if (match === null || portNumber > 65_535) {
    throw new FlotillaError('invalid', `http_server_listen_address: ${text} is not host:port`);
  }
  const host = (match[1] ?? '').replace(/^\[(.*)\]$/, '$1');
  return { host: host === '' ? '127.0.0.1' : host, port: portNumber };
}
