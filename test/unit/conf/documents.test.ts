import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readConfig, type Loaded } from '../../../conf/load.ts';
import { CONFIG_KEYS, configSchema } from '../../../conf/schema.ts';

const CONF = fileURLToPath(new URL('../../../conf', import.meta.url));
const YAML = readFileSync(join(CONF, 'config.yml'), 'utf8');
const DOC = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const DEFAULTS = configSchema.parse({});
const SETTING = /^#([a-z\d_]+): /;

test('conf/config.yml is valid and says nothing that is not so without it', () => {
  const { config, warnings } = readConfig({ dir: CONF, environment: {} });
  expect(config).toEqual(DEFAULTS);
  expect(warnings).toEqual([]);
});

/** conf/config.yml with every key of its comments in effect. */
function uncommented(): Loaded {
  const dir = mkdtempSync(join(tmpdir(), 'conf-'));
  try {
    writeFileSync(join(dir, 'config.yml'), YAML.replaceAll(/^#(?=[a-z\d_]+: )/gm, ''));
    return readConfig({ dir, environment: {} });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test('every key is in conf/config.yml once, with its default or a valid example', () => {
  const keys = YAML.split('\n').flatMap((line) => SETTING.exec(line)?.[1] ?? []);
  expect(keys.toSorted()).toEqual([...CONFIG_KEYS].toSorted());
  const { config, sources } = uncommented();
  for (const key of CONFIG_KEYS) {
    expect(sources[key]).not.toBe('default');
    if (DEFAULTS[key] !== undefined)
      expect({ [key]: config[key] }).toEqual({ [key]: DEFAULTS[key] });
    else expect(config[key]).toBeDefined();
  }
});

test('an example is marked as one, a default is not', () => {
  const comments = YAML.split('\n\n');
  for (const key of CONFIG_KEYS) {
    const comment = comments.find((text) => new RegExp(`^#${key}: `, 'm').test(text)) ?? '';
    const isExample = /for example:\n#/i.test(comment.replaceAll('for\n# example', 'for example'));
    expect({ [key]: isExample }).toEqual({ [key]: DEFAULTS[key] === undefined });
  }
});

test('docs/configuration.md has one row a key, with its default', () => {
  const section = DOC.slice(DOC.indexOf('\n## Keys\n'), DOC.indexOf('## Keys of flotilla-os'));
  const rows = [...section.matchAll(/^\| `([^`]+)` +\| (\S+) +\| \S.*\|$/gm)];
  const documented = rows.map(([, key = '', value]) => [key, value]);
  const expected = CONFIG_KEYS.map((key) => {
    const value = DEFAULTS[key];
    const text = Array.isArray(value)
      ? value.join(',')
      : JSON.stringify(value)?.replaceAll('"', '');
    return [key, text === undefined || text === '' ? '–' : `\`${text}\``];
  });
  const byKey = (a: readonly unknown[], b: readonly unknown[]) =>
    String(a[0]) < String(b[0]) ? -1 : 1;
  expect(documented.toSorted(byKey)).toEqual(expected.toSorted(byKey));
});
