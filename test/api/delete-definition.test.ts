import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

test('deleting hides a definition, gives its alias back, and keeps runs and history', async () => {
  const alias = await flotilla.define('true', { tags: ['gone'] });
  const run = await flotilla.execute(alias);
  await flotilla.until(run.run_id, 'STOPPED');
  const path = `/api/v6/task/${run.definition_id}`;
  expect(await flotilla.api.json('DELETE', path)).toEqual({ deleted: true });
  await expect(flotilla.api.json('GET', path)).rejects.toThrow('not found');
  await expect(flotilla.execute(alias)).rejects.toThrow(`Definition with alias ${alias} not found`);
  expect(await flotilla.api.json('GET', '/api/v6/tags?name=gone')).toMatchObject({ tags: [] });
  expect((await flotilla.get(run.run_id)).definition_id).toBe(run.definition_id);
  expect(await flotilla.api.json('GET', `${path}/history`)).toMatchObject({ total: 1 });
  await flotilla.define('true', { alias });
  expect(await flotilla.api.json('DELETE', path)).toEqual({ deleted: true });
});

test('a definition with live runs is not deleted unless they are to be stopped', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  const path = `/api/v6/task/${run.definition_id}`;
  await expect(flotilla.api.json('DELETE', path)).rejects.toThrow(
    `definition ${run.definition_id} has 1 live runs; stop=true stops them`,
  );
  await expect(flotilla.api.json('DELETE', `${path}?stop=yes`)).rejects.toThrow(
    'stop: yes is not true or false',
  );
  expect(await flotilla.api.json('DELETE', `${path}?stop=true`)).toEqual({ deleted: true });
  await flotilla.until(run.run_id, 'STOPPED');
});
