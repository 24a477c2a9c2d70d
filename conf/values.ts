import { z } from 'zod';
import { FlotillaError } from '../domain/errors.ts';

/**
 * What a value of the configuration may look like. A file and the environment give text, lists of
 * text and maps of text (file.ts), so that a value means the same in both; defaults are typed.
 */
const raw = z.union(
  [z.string(), z.number(), z.boolean(), z.array(z.string()), z.record(z.string(), z.string())],
  { error: 'must be text, a list of texts or a map of texts' },
);
type Raw = z.infer<typeof raw>;

/** `read` answers undefined for what is not `expected`. */
function value<T>(expected: string, read: (given: Raw) => T | undefined) {
  return raw.transform((given, context): T => {
    const found = read(given);
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `must be ${expected}` });
    return z.NEVER;
  });
}

export interface Limits {
  min?: number;
  max?: number;
  /** Excluded, where `min` is included. */
  above?: number;
  whole?: boolean;
}

function within(limits: Limits, given: number | undefined): number | undefined {
  if (given === undefined || !Number.isFinite(given)) return undefined;
  const { min = -Infinity, max = Infinity, above = -Infinity, whole = false } = limits;
  if (whole && !Number.isSafeInteger(given)) return undefined;
  return given >= min && given <= max && given > above ? given : undefined;
}

function described(what: string, { min, max, above }: Limits): string {
  const bounds = [
    min === undefined ? '' : `at least ${min}`,
    above === undefined ? '' : `above ${above}`,
    max === undefined ? '' : `at most ${max}`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? what : `${what}, ${bounds.join(' and ')}`;
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

function decimal(given: Raw): number | undefined {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && DECIMAL.test(given.trim()) ? Number(given) : undefined;
}

export function number(limits: Limits = {}) {
  return value(described('a number', limits), (given) => within(limits, decimal(given)));
}

export function count(limits: Limits = {}) {
  return value(described('a whole number', limits), (given) =>
    within({ ...limits, whole: true }, decimal(given)),
  );
}

export const port = count({ min: 0, max: 65_535 });

const SECONDS_OF: Record<string, number> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
};
const DURATION = /^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/;

/** Seconds of a Go duration such as `1m30s`; undefined for anything else. */
export function parseDuration(given: string): number | undefined {
  if (!DURATION.test(given)) return undefined;
  let total = 0;
  for (const [, amount, unit] of given.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(amount) * (SECONDS_OF[unit ?? ''] ?? Number.NaN);
  }
  return given.startsWith('-') ? -total : total;
}

/** A number of seconds, or a Go duration. */
export function seconds(limits: Limits = { above: 0 }) {
  const what = limits.whole === true ? 'a whole number' : 'a number';
  const expected = described(`${what} of seconds or a duration such as 1m30s`, limits);
  return value(expected, (given) => {
    const plain = decimal(given);
    if (plain !== undefined) return within(limits, plain);
    return typeof given === 'string' ? within(limits, parseDuration(given.trim())) : undefined;
  });
}

export const flag = value('true or false', (given) => {
  if (typeof given === 'boolean') return given;
  const word = typeof given === 'string' ? given.trim().toLowerCase() : '';
  return word === 'true' ? true : word === 'false' ? false : undefined;
});

export function oneOf<const T extends readonly string[]>(choices: T) {
  return value(`one of ${choices.join(', ')}`, (given) =>
    choices.find((choice): choice is T[number] => choice === given),
  );
}

/** Text that is not empty; with a pattern, text that has that form. */
export function text(pattern = /\S/, expected = 'a text that is not empty') {
  return value(expected, (given) => {
    if (typeof given !== 'string' && typeof given !== 'number') return undefined;
    const found = String(given);
    return pattern.test(found) ? found : undefined;
  });
}

/** A list, or one text with commas. */
export function listOf(expected: string, isItem: (item: string) => boolean) {
  return value(`a list, or one text with commas, of ${expected}`, (given) => {
    const items = itemsOf(given)?.map((item) => item.trim());
    return items?.every((item) => item !== '' && isItem(item)) ? items : undefined;
  });
}

function itemsOf(given: Raw): string[] | undefined {
  if (Array.isArray(given)) return given;
  if (typeof given !== 'string') return undefined;
  return given.split(',').filter((part) => part.trim() !== '');
}

export const list = listOf('texts', () => true);

/** A list as above, or a map, of which the keys count. */
export const names = value('a list, or one text with commas, of names', (given) => {
  const members = mapOf(given);
  const found = members === undefined ? itemsOf(given) : Object.keys(members);
  const items = found?.map((item) => item.trim());
  return items?.every((item) => item !== '') ? items : undefined;
});

/** A map from names to texts; in the environment, a JSON object. */
export function map(expected: string, isItem: (item: string) => boolean) {
  return value(`a map (in the environment, a JSON object) of ${expected}`, (given) => {
    const found = mapOf(given);
    return found !== undefined && Object.values(found).every(isItem) ? found : undefined;
  });
}

const stringMap = z.record(z.string(), z.string());

function mapOf(given: Raw): Record<string, string> | undefined {
  if (typeof given === 'object') return Array.isArray(given) ? undefined : given;
  if (typeof given !== 'string' || !given.trim().startsWith('{')) return undefined;
  try {
    const parsed = stringMap.safeParse(JSON.parse(given));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** An object in JSON, as text. */
export const jsonObject = value('an object in JSON', (given) => {
  if (typeof given !== 'string' || !given.trim().startsWith('{')) return undefined;
  try {
    return JSON.parse(given) as Record<string, unknown>;
  } catch {
    return undefined;
  }
});

function urlOf(given: string): URL | null {
  return URL.canParse(given) ? new URL(given) : null;
}

export function isHttpUrl(given: string): boolean {
  return /^https?:$/.test(urlOf(given)?.protocol ?? '');
}

export const httpUrl = value('an http or https URL', (given) =>
  typeof given === 'string' && isHttpUrl(given) ? given : undefined,
);

/** A URL in which `{name}` stands for what is filled in. @param allowed names that may stand in it */
export function urlTemplate(allowed: readonly string[]) {
  const places = allowed.map((name) => `{${name}}`);
  return value(`an http or https URL with ${places.join(', ')}`, (given) => {
    if (typeof given !== 'string') return undefined;
    const filled = places.reduce((url, place) => url.replaceAll(place, 'x'), given);
    return isHttpUrl(filled) && !/[{}]/.test(filled) ? given : undefined;
  });
}

export const postgresUrl = text(
  /^(postgres(ql)?:\/\/|socket:|\/)((?![?&]connect_timeout=(?!\d+(&|$)))\S)+$/,
  'a postgresql:// URL without spaces, with connect_timeout in whole seconds if at all',
);

/** As a browser sends them; `*` for all is weighed where it is used. */
export const origins = listOf(
  'origins such as https://flotilla.example.com, without path, or *',
  (item) =>
    item === '*' || (isHttpUrl(item) && originOf(item) === item.replace(/\/$/, '').toLowerCase()),
).transform((items) => items.map(originOf));

function originOf(item: string): string {
  return urlOf(item)?.origin ?? item;
}

export const hostNames = listOf('host names without port', (item) =>
  /^([^\s/:[\]]+|\[[\da-f:.]+\])$/i.test(item),
);

export const hostAndPort = text(
  /^(\[[\da-f:.]+\]|[^\s:/]+)(:\d{1,5})?$/i,
  'host:port, without http://',
);

export const listenAddresses = listOf(
  'host:port or :port',
  (item) => readAddress(item) !== undefined,
);

export const listenAddress = value('host:port or :port', (given) =>
  typeof given === 'string' && readAddress(given) !== undefined ? given : undefined,
);

function readAddress(given: string): { host: string; port: number } | undefined {
  const match = /^(.*):(\d{1,5})$/.exec(given);
  const portNumber = Number(match?.[2]);
  if (match === null || portNumber > 65_535) return undefined;
  const host = (match[1] ?? '').replace(/^\[(.*)\]$/, '$1');
  return { host: host === '' ? '127.0.0.1' : host, port: portNumber };
}

/** A `host:port` of the configuration; `:3000` means loopback. */
export function parseAddress(given: string): { host: string; port: number } {
  const address = readAddress(given);
  if (address !== undefined) return address;
  const problem = `http_server_listen_address: ${given} is not host:port`;
  throw new FlotillaError('invalid', problem);
}
