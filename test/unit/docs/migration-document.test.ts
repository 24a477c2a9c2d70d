import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { legacyRoutes } from '../../../api/legacy/routes.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const DOCUMENT = read('docs/migrating-from-flotilla-os.md');

/** Routes that templates lacked in flotilla-os, or had in its ECS days. */
const ADDED = [
  'PUT /api/v7/template/{template_id}',
  'DELETE /api/v7/template/{template_id}',
  'POST /api/v7/template/{template_id}/preview',
  'GET /api/v7/template/history/{run_id}/payload',
  'GET /api/v6/history/{run_id}/payload',
];

/** The words in code type of the first column of the table between two marks. */
function rowsOf(mark: string): string[] {
  const table = DOCUMENT.split(`<!-- ${mark} -->`)[1] ?? '';
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)])
    .map(([, word = '']) => word);
}

/** Those of flotilla-os at its last commit. */
function originalRoutes(): string[] {
  const [, ...lines] = read('test/fixtures/flotilla-os/routes.tsv').trim().split('\n');
  return lines.map((line) => line.split('\t')).map(([, method, path]) => `${method} ${path}`);
}

const served = legacyRoutes().routes.map(({ method, path }) => {
  return `${method} /api${path.replaceAll(/:(\w+)/g, '{$1}')}`;
});

test('each route of flotilla-os has one row, and no row is of another', () => {
  expect(originalRoutes()).toHaveLength(61);
  expect(rowsOf('routes').toSorted()).toEqual(originalRoutes().toSorted());
});

test('each route of flotilla-os is served, and few others are under v1 to v7', () => {
  expect(served.toSorted()).toEqual([...originalRoutes(), ...ADDED].toSorted());
});

test('each table of flotilla-os has one row, and no row is of another', () => {
  const tables = read('test/fixtures/reference-schema.sql').matchAll(/^CREATE TABLE (\w+)/gm);
  expect(rowsOf('tables').toSorted()).toEqual([...tables].map(([, name = '']) => name).toSorted());
});
