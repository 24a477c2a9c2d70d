import { FlotillaError } from '../domain/errors.ts';
import { readConfigFile, type ConfigFile, type Entry } from './file.ts';
import { LEGACY_KEYS } from './legacy-keys.ts';
import { nearestKey } from './names.ts';
import { CONFIG_KEYS, configSchema, type Config, type ConfigKey } from './schema.ts';
import { maskText } from './secrets.ts';

export { CONFIG_FILE } from './file.ts';
export { parseAddress } from './values.ts';

export interface LoadOptions {
  /** Directory with a config.yml; without one, only environment and defaults count. */
  dir?: string | undefined;
  environment?: Record<string, string | undefined>;
  /** Values that yield to file and environment, such as those of the embedded stack. */
  defaults?: Partial<Record<ConfigKey, unknown>>;
}

export interface Loaded {
  config: Config;
  /** Where each value comes from: a file and line, a variable, or `default`. */
  sources: Record<ConfigKey, string>;
  /** One line each about keys of flotilla-os that have another name now or are ignored. */
  warnings: string[];
}

/** A value somebody gave, under a name that is not checked yet. */
interface Given {
  name: string;
  member: string | null;
  value: unknown;
  from: 'file' | 'environment';
  /** `/etc/flotilla/config.yml:3` or `environment variable DATABASE_URL`. */
  place: string;
  spelled: string;
}

/** The configuration alone; see readConfig. */
export function loadConfig(options: LoadOptions = {}): Config {
  return readConfig(options).config;
}

/**
 * Reads the configuration once: defaults, then the file, then the environment. In the file a key may
 * be flat, dotted or nested (`database.url`); in the environment it is upper case (`DATABASE_URL`).
 * An empty variable and a key without a value are not set.
 * @throws FlotillaError `invalid` with every problem, each naming its key and where that comes from
 */
export function readConfig(options: LoadOptions = {}): Loaded {
  const problems: string[] = [];
  const warnings = new Map<string, string>();
  const values = new Map<ConfigKey, Value>();
  for (const [key, value] of Object.entries(options.defaults ?? {})) {
    if (value !== undefined) values.set(key as ConfigKey, { value, source: 'default' });
  }
  const file = options.dir === undefined ? [] : fromFile(readConfigFile(options.dir));
  for (const source of [file, fromEnvironment(options.environment ?? process.env)]) {
    const named = source.flatMap((given) => nameOf(given, problems, warnings));
    for (const [key, value] of combine(named, problems)) values.set(key, value);
  }
  const parsed = configSchema.safeParse(
    Object.fromEntries([...values].map(([key, { value }]) => [key, value])),
  );
  for (const issue of parsed.error?.issues ?? []) {
    const key = issue.path[0] as ConfigKey;
    problems.push(`${key} (${values.get(key)?.source ?? 'default'}): ${issue.message}`);
  }
  if (!parsed.success || problems.length > 0) throw refusal(problems);
  const sources = Object.fromEntries(
    CONFIG_KEYS.map((key) => [key, values.get(key)?.source ?? 'default']),
  ) as Record<ConfigKey, string>;
  return { config: parsed.data, sources, warnings: [...warnings.values()] };
}

interface Value {
  value: unknown;
  source: string;
}

function refusal(problems: readonly string[]): FlotillaError {
  const text =
    problems.length === 1
      ? (problems[0] ?? '')
      : [`${problems.length} problems`, ...problems].join('\n  ');
  return new FlotillaError('invalid', maskText(`configuration: ${text}`));
}

function fromFile(file: ConfigFile): Given[] {
  const isSet = (entry: Entry): boolean => entry.value !== null || !isKnown(entry.name);
  return file.entries
    .filter(isSet)
    .map(({ line, ...entry }) => ({ ...entry, from: 'file', place: `${file.path}:${line}` }));
}

function fromEnvironment(environment: Record<string, string | undefined>): Given[] {
  return [...CONFIG_KEYS, ...Object.keys(LEGACY_KEYS)].flatMap((name) => {
    const spelled = name.toUpperCase();
    const value = environment[spelled];
    if (value === undefined || value === '') return [];
    const place = `environment variable ${spelled}`;
    return [{ name, member: null, value, from: 'environment', place, spelled }];
  });
}

function isConfigKey(name: string): name is ConfigKey {
  return Object.hasOwn(configSchema.shape, name);
}

function isKnown(name: string): boolean {
  return isConfigKey(name) || Object.hasOwn(LEGACY_KEYS, name);
}

interface Named extends Given {
  name: ConfigKey;
  /** The place and, in a file, a spelling that is not plain. */
  source: string;
}

/** The key that a name means now; none for one that is ignored or, a problem, unknown. */
function nameOf(given: Given, problems: string[], warnings: Map<string, string>): Named[] {
  const { name, spelled } = given;
  if (isConfigKey(name)) return [{ ...given, name, source: sourceOf(given, name) }];
  const legacy = Object.hasOwn(LEGACY_KEYS, name) ? LEGACY_KEYS[name] : undefined;
  if (legacy === undefined) {
    const near = nearestKey(name);
    const hint = near === null ? '' : `: did you mean ${near}?`;
    problems.push(`unknown key ${spelled} (${given.place})${hint}`);
    return [];
  }
  const where = `configuration: ${given.from === 'file' ? spelled : name} (${given.place})`;
  if (legacy.kind === 'renamed') {
    warnings.set(name, `${where} is called ${legacy.to} now`);
    return [{ ...given, name: legacy.to, source: sourceOf(given, legacy.to) }];
  }
  if (!warnings.has(name)) warnings.set(name, `${where} is ignored: ${legacy.why}`);
  return [];
}

/** Says how a file spells a key where that is not plain. */
function sourceOf({ from, member, place, spelled }: Given, key: string): string {
  const isPlain = from === 'environment' || member !== null || spelled === key;
  return isPlain ? place : `${place}, spelled ${spelled}`;
}

/** One value a key of what one file or the environment says; maps are put together. */
function combine(named: readonly Named[], problems: string[]): Map<ConfigKey, Value> {
  const found = new Map<string, Named>();
  const values = new Map<ConfigKey, Value>();
  for (const given of named) {
    const { name, member, value, source } = given;
    const id = JSON.stringify([name, member]);
    const before = found.get(id);
    if (before !== undefined && JSON.stringify(before.value) !== JSON.stringify(value)) {
      const [first, second] = [before, given].map((one) => `${one.spelled} (${one.place})`);
      problems.push(`${name} has two values: ${first} and ${second}`);
    }
    found.set(id, before ?? given);
    if (member === null) {
      values.set(name, { value, source });
    } else {
      const members = values.get(name);
      const known = typeof members?.value === 'object' ? members.value : {};
      values.set(name, {
        value: { ...known, [member]: value },
        source: members?.source ?? source,
      });
    }
  }
  return values;
}
