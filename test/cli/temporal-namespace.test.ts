import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../domain/lifecycle/search-attributes.ts';

const dir = mkdtempSync(join(tmpdir(), 'temporal-namespace-'));
const namespace = `made-${randomUUID()}`;
afterAll(() => rmSync(dir, { recursive: true }));

/** With the Temporal CLI of the tests, on their Temporal. */
function run(program: string, ...args: string[]): string {
  const env = {
    PATH: `${dir}:${process.env['PATH']}`,
    HOME: dir,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
  };
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

test('the step of the compose file makes a namespace as Flotilla needs it, and may be repeated', () => {
  symlinkSync(inject('temporalBinary'), join(dir, 'temporal'));
  for (const _ of ['first', 'again'])
    expect(run('sh', 'deploy/compose/temporal-namespace.sh')).toContain(`${namespace} is ready`);
  const attributes = run('temporal', 'operator', 'search-attribute', 'list');
  for (const name of Object.values(SEARCH_ATTRIBUTES))
    expect(attributes).toMatch(new RegExp(`${name}\\s+Keyword`));
  const described = run('temporal', 'operator', 'namespace', 'describe', '--namespace', namespace);
  expect(described).toMatch(/WorkflowExecutionRetentionTtl\s+168h/);
});
