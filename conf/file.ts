import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLMap } from 'yaml';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import { MAP_KEYS } from './engine-keys.ts';
import { flatName } from './names.ts';
import { maskText } from './secrets.ts';
import { CONFIG_KEYS } from './schema.ts';

export const CONFIG_FILE = 'config.yml';

/** One value of a file. */
export interface Entry {
  /** The key's flat name. */
  name: string;
  /** The member of a map that this is, where the key is a map. */
  member: string | null;
  /** The key as the file spells it, with dots between levels. */
  spelled: string;
  line: number;
  /** Text, lists and maps of text; null for a key without a value. */
  value: unknown;
}

export interface ConfigFile {
  path: string;
  entries: Entry[];
}

/** Names under which further keys may be nested: `stop` of `stop_grace_seconds`. */
const SECTIONS = new Set(
  CONFIG_KEYS.flatMap((key) => {
    const parts = key.split('_');
    return parts.map((_, index) => parts.slice(0, index).join('_'));
  }),
);

/**
 * The values in a directory's config.yml, in order. Scalars are text, as they are in the environment.
 * @throws FlotillaError `invalid` when there is no such file or it is not a YAML map
 */
export function readConfigFile(dir: string): ConfigFile {
  const path = join(resolve(dir), CONFIG_FILE);
  if (!existsSync(path)) throw new FlotillaError('invalid', `configuration: no file ${path}`);
  const lines = new LineCounter();
  // Without pretty errors, which would quote lines that may hold a password.
  const document = parseDocument(readText(path), {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'failsafe',
    uniqueKeys: false,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    const text = maskText(error.message);
    throw new FlotillaError('invalid', `configuration: ${path}:${line}: ${text}`);
  }
  const root = document.contents;
  if (isMap(root)) {
    return { path, entries: [...entriesOf(root, { document, lines, prefix: '', depth: 0 })] };
  }
  if (valueOf(root, document) === null) return { path, entries: [] };
  throw new FlotillaError('invalid', `configuration: ${path}: is not a map from keys to values`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new FlotillaError('invalid', `configuration: ${path}: ${messageOf(error)}`);
  }
}

interface Place {
  document: Document;
  lines: LineCounter;
  /** The key of the map that is read, as spelled; empty at the root. */
  prefix: string;
  depth: number;
}

/** Deeper there are no keys; an anchor inside itself would go on for ever. */
const MAX_DEPTH = 16;

function* entriesOf(map: YAMLMap, place: Place): Generator<Entry> {
  for (const { key, value } of map.items) {
    const own = isScalar(key) ? String(key.value) : String(key);
    const spelled = place.prefix === '' ? own : `${place.prefix}.${own}`;
    const child = resolved(value, place.document);
    const name = flatName(spelled);
    // A map of kubeconfigs counts as one value.
    if (isMap(child) && child.items.length > 0 && name !== 'eks_clusters') {
      if (place.depth === MAX_DEPTH) throw tooDeep(spelled);
      yield* entriesOf(child, { ...place, prefix: spelled, depth: place.depth + 1 });
      continue;
    }
    const given = valueOf(child, place.document);
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    const entry = { spelled, line: place.lines.linePos(offset).line, value: given };
    const open = MAP_KEYS.find((candidate) => name.startsWith(`${candidate}_`));
    if (open !== undefined) {
      yield { name: open, member: spelled.slice(open.length + 1), ...entry };
    } else if (!(isEmpty(child, given) && SECTIONS.has(name))) {
      yield { name, member: null, ...entry };
    }
  }
}

function tooDeep(spelled: string): FlotillaError {
  return new FlotillaError('invalid', `configuration: unknown key ${spelled}`);
}

function isEmpty(node: unknown, value: unknown): boolean {
  return value === null || (isMap(node) && node.items.length === 0);
}

function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);

function valueOf(node: unknown, document: Document): unknown {
  if (!isNode(node)) return null;
  if (isScalar(node) && node.type === 'PLAIN' && NULLS.has(String(node.value))) return null;
  return node.toJS(document) as unknown;
}
