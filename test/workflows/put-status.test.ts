import { join } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

const ledger = (): string => join(flotilla.dir, 'ledger');
const note = (text: string): string => `echo ${text} $FLOTILLA_RUN_ATTEMPT >> ${ledger()}`;
const notes = (text: string): string[] =>
  (existsSync(ledger()) ? readFileSync(ledger(), 'utf8').split('\n') : []).filter((line) =>
    line.startsWith(`${text} `),
  );
const put = (runId: string, body: unknown): Promise<unknown> =>
  flotilla.api.json('PUT', `/api/v6/${runId}/status`, body);
const stop = (run: RunJson): Promise<unknown> =>
  flotilla.api.json('DELETE', `/api/v6/task/${run.definition_id}/history/${run.run_id}`);

test('STOPPED ends the job and keeps the caller’s code and reason', async () => {
  const run = await flotilla.run(`${note('put-stopped')}; sleep 60`);
  await eventually('it runs', () => notes('put-stopped').length === 1);
  await put(run.run_id, { status: 'STOPPED', exit_code: 9, exit_reason: 'enough' });
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
    exit_code: 9,
    exit_reason: 'enough',
  });
});

test('exceptions are stored and name the reason', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  const run_exceptions = ['ModuleNotFoundError: no module'];
  await put(run.run_id, { status: 'STOPPED', exit_code: 1, run_exceptions });
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
    exit_reason: 'Python pip package installation error',
    run_exceptions,
  });
});

test('NEEDS_RETRY ends the attempt, then the next one runs', async () => {
  const run = await flotilla.run(
    `${note('put-retry')}; [ $FLOTILLA_RUN_ATTEMPT = 2 ] && exit 0; sleep 60`,
  );
  await eventually('it runs', () => notes('put-retry').length === 1);
  await put(run.run_id, { status: 'NEEDS_RETRY' });
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(notes('put-retry')).toEqual(['put-retry 1', 'put-retry 2']);
});

test('a status behind the present one changes only the fields beside it', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await put(run.run_id, { status: 'PENDING', exit_reason: 'a remark' });
  expect(await flotilla.get(run.run_id)).toMatchObject({
    status: 'RUNNING',
    exit_reason: 'a remark',
  });
  await stop(run);
  await flotilla.until(run.run_id, 'STOPPED');
});

test('on a run that is over amends its fields; NEEDS_RETRY there is refused', async () => {
  const run = await flotilla.run('exit 2');
  await flotilla.until(run.run_id, 'STOPPED');
  await put(run.run_id, { status: 'STOPPED', exit_code: 3 });
  expect(await flotilla.get(run.run_id)).toMatchObject({ status: 'STOPPED', exit_code: 3 });
  await put(run.run_id, { status: 'RUNNING' });
  expect((await flotilla.get(run.run_id)).status).toBe('STOPPED');
  await expect(put(run.run_id, { status: 'NEEDS_RETRY' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('an unknown status or run is refused', async () => {
  const run = await flotilla.run('true');
  await expect(put(run.run_id, { status: 'FOO' })).rejects.toThrow('status FOO is invalid');
  await expect(put('nope', { status: 'STOPPED' })).rejects.toThrow('Run with id nope not found');
});
