import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const BUILT = fileURLToPath(new URL('../../dist/ui', import.meta.url));
/** Compressed. */
const MOST_BYTES = 300_000;
/** Browsers ask for six at once, each after the ones before. */
const MOST_FILES = 20;
const FIRST_LOAD = ['index.html', 'pages/runs/runs-page.tsx'];

interface Chunk {
  file: string;
  /** Loaded with it, by their keys in the manifest. */
  imports?: string[];
  isDynamicEntry?: boolean;
}

const manifest = JSON.parse(readFileSync(join(BUILT, '.vite', 'manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>;

function chunkOf(key: string): Chunk {
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`no chunk of ${key} in the manifest`);
  return chunk;
}

/** Files of JavaScript that are loaded for some modules, with what these import; not what they may load later. */
function filesOf(modules: readonly string[]): Set<string> {
  const keys = new Set<string>();
  const visit = (key: string): void => {
    if (keys.has(key)) return;
    keys.add(key);
    chunkOf(key).imports?.forEach(visit);
  };
  modules.forEach(visit);
  return new Set([...keys].map((key) => chunkOf(key).file).filter((file) => file.endsWith('.js')));
}

const codeOf = (file: string): string => readFileSync(join(BUILT, file), 'utf8');

test('the first load of the page Runs stays small, in few files', () => {
  const sizes = [...filesOf(FIRST_LOAD)]
    .map((file) => ({ file, bytes: gzipSync(codeOf(file)).length }))
    .toSorted((a, b) => b.bytes - a.bytes);
  expect(sizes.length).toBeGreaterThan(1);
  const sum = sizes.reduce((all, { bytes }) => all + bytes, 0);
  const largest = sizes.slice(0, 10).map(({ file, bytes }) => `${bytes} ${file}`);
  expect(sum, `the largest:\n${largest.join('\n')}`).toBeLessThan(MOST_BYTES);
  expect(sizes.length, `smallest: ${sizes.at(-1)?.file}`).toBeLessThan(MOST_FILES);
});

test('the page asks for all of them at once', () => {
  const html = codeOf('index.html');
  const late = [...filesOf(FIRST_LOAD)].filter((file) => !html.includes(`"/${file}"`));
  expect(late).toEqual([]);
});

// Each with a word of its library that no build changes.
test.each([
  ['the charts', 'parts/bars-view.tsx', 'recharts-wrapper'],
  ['the editor', 'parts/command-editor-view.tsx', 'cm-editor'],
  ['the palette', 'shell/palette.tsx', 'spotlight'],
])('%s come when they are wanted', (_what, module, word) => {
  const first = filesOf(FIRST_LOAD);
  expect(chunkOf(module).isDynamicEntry).toBe(true);
  expect(first).not.toContain(chunkOf(module).file);
  const holding = (files: Iterable<string>): string[] =>
    [...files].filter((file) => codeOf(file).includes(word));
  expect(holding(filesOf([module]))).not.toEqual([]);
  expect(holding(first)).toEqual([]);
});
