import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { Children } from '../../dev/children.ts';
import { startTemporal, type EmbeddedTemporal } from '../../dev/temporal.ts';
import { messageOf } from '../../domain/errors.ts';
import { eventually } from '../support/eventually.ts';

let dir: string;
let children: Children;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-temporal-'));
  children = new Children(dir);
});
afterEach(async () => {
  await children.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Starts a script in Temporal's place; `$TEMPORAL` is the real one. */
function start(script: string): Promise<EmbeddedTemporal> {
  const binary = join(dir, 'temporal.sh');
  const head = `#!/bin/sh\nTEMPORAL='${inject('temporalBinary')}'\ncd '${dir}'\n`;
  writeFileSync(binary, `${head}${script}\n`, { mode: 0o755 });
  const ports = { preferredPort: 0, preferredUiPort: 0 };
  return startTemporal({ binary, dir, ...ports, children, dbFile: null });
}

test('a Temporal that loses its ports when it starts is started again', async () => {
  const { address } = await start(
    '[ -e again ] || { touch again; exit 2; }\nexec "$TEMPORAL" "$@"',
  );
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(existsSync(join(dir, 'again'))).toBe(true);
});

test('one that never starts says what it said, from the top of a trace', async () => {
  const trace = Array.from({ length: 400 }, (_, at) => `goroutine ${at}`).join('\n');
  const script = `echo 'panic: no such file' >&2; echo '${trace}' >&2; exit 2`;
  await expect(start(script)).rejects.toThrow(
    /exit code 2[^]*panic: no such file[^]*goroutine 399/,
  );
});

test('one that is ended while it starts is not started again', async () => {
  const outcome = start('echo >> starts; exec sleep 1000').then(() => 'started', messageOf);
  await eventually('it was started', () => existsSync(join(dir, 'starts')));
  await children.stop();
  expect(await outcome).toBe('temporal is not started: what it belongs to is ending');
  expect(readFileSync(join(dir, 'starts'), 'utf8')).toBe('\n');
  expect(existsSync(join(dir, 'children.json'))).toBe(false);
});

test('one that was about to start when all ended never starts', async () => {
  const outcome = start('touch started; exec sleep 1000').then(() => 'started', messageOf);
  await children.stop();
  expect(await outcome).toBe('temporal is not started: what it belongs to is ending');
  expect(existsSync(join(dir, 'started'))).toBe(false);
});
