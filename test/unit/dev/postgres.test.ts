import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runningPostgresUrl } from '../../../dev/postgres.ts';

const dir = mkdtempSync(join(tmpdir(), 'embedded-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('the embedded Postgres of a directory is found while it is up', () => {
  expect(runningPostgresUrl(dir)).toBeNull();
  mkdirSync(join(dir, 'postgres'));
  writeFileSync(join(dir, 'postgres-password'), 'geheim\n');
  const lines = ['4711', join(dir, 'postgres'), '1763000000', '5917', '', '127.0.0.1', '', 'ready'];
  writeFileSync(join(dir, 'postgres', 'postmaster.pid'), lines.join('\n'));
  expect(runningPostgresUrl(dir)).toBe('postgresql://flotilla:geheim@127.0.0.1:5917/flotilla');
});
