import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const FIXTURE = fileURLToPath(new URL('../fixtures/layers', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../.dependency-cruiser.cjs', import.meta.url));

interface Violation {
  rule: { name: string };
  from: string;
}

test('the layer rule bites: each wrong arrow of a small tree is reported', () => {
  const run = spawnSync(
    'npx',
    ['--no-install', 'depcruise', '--config', CONFIG, '--output-type', 'json', '.'],
    { cwd: FIXTURE, encoding: 'utf8' },
  );
  const report = JSON.parse(run.stdout) as { summary: { violations: Violation[] } };
  const found = report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  expect(found.toSorted()).toEqual([
    'api-imports api/bad.ts',
    'domain-imports domain/bad.ts',
    'engines-know-no-database-and-no-http engines/bad.ts',
    'engines-through-their-contract fleet/bad.ts',
    'engines-through-their-contract services/bad.ts',
    'no-circular engines/bad.ts',
    'nothing-imports-what-starts api/bad.ts',
    'workflows-import-no-node workflows/bad.ts',
    'workflows-import-the-lifecycle workflows/bad.ts',
  ]);
});
