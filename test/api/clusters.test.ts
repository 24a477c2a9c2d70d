import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

interface ClusterJson {
  id: string;
  name: string;
  status: string;
  status_reason: string;
  status_since: string;
  updated_at: string;
  allowed_tiers: string[];
}

const BODY = {
  name: 'extra',
  cluster_version: '1.29',
  status: 'active',
  status_reason: '',
  allowed_tiers: ['a,b', 'q"x', ''],
  capabilities: ['c d'],
  region: 'us-east-1',
  namespace: 'ns',
  emr_virtual_cluster: 'vc',
  spark_server_uri: 'http://s',
};

async function create(name: string): Promise<ClusterJson> {
  await flotilla.api.json('POST', '/api/v6/clusters', { ...BODY, name });
  const { clusters } = await flotilla.api.json<{ clusters: ClusterJson[] }>(
    'GET',
    '/api/v1/clusters',
  );
  const made = clusters.find((cluster) => cluster.name === name);
  if (made === undefined) throw new Error(`${name} is not in the list`);
  return made;
}

test('a cluster comes back as it was written, every field of it', async () => {
  const made = await create('written');
  expect(made).toEqual({
    ...BODY,
    name: 'written',
    id: expect.stringMatching(/^\d+$/) as string,
    status_since: expect.any(String) as string,
    updated_at: expect.any(String) as string,
  });
  expect(await flotilla.api.json('GET', `/api/v6/clusters/${made.id}`)).toEqual(made);
});

test('replacing bumps updated_at and nothing else that was not written', async () => {
  const made = await create('replaced');
  const body = { ...BODY, name: 'replaced', status: 'maintenance', status_reason: 'upgrade' };
  await flotilla.api.json('PUT', `/api/v6/clusters/${made.id}`, body);
  const now = await flotilla.api.json<ClusterJson>('GET', `/api/v6/clusters/${made.id}`);
  expect(now).toMatchObject({ status: 'maintenance', status_reason: 'upgrade' });
  expect(now.status_since).toBe(made.status_since);
  expect(now.updated_at > made.updated_at).toBe(true);
});

test.each([
  [{ name: '' }, 'name: must be specified'],
  [{ status: 'weird' }, 'status: must be one of [active, maintenance, offline], was [weird]'],
  [{ allowed_tiers: null }, 'allowed_tiers: must be a list'],
  [{ capabilities: undefined }, 'capabilities: must be a list'],
  [{ region: 5 }, 'region: expected string, received number'],
])('%j is a mistake that is named', async (wrong, text) => {
  await expect(
    flotilla.api.json('POST', '/api/v6/clusters', { ...BODY, ...wrong }),
  ).rejects.toThrow(text);
});

test.each([
  ['GET', '999999', 'Cluster with ID 999999 not found'],
  ['DELETE', '999999', 'Cluster with ID 999999 not found'],
  ['GET', 'abc', 'cluster_id: abc is not a whole number'],
  ['GET', '99999999999999999999', 'cluster_id: 99999999999999999999 is not a whole number'],
])('%s of cluster %s says %s', async (method, id, text) => {
  await expect(flotilla.api.json(method, `/api/v6/clusters/${id}`)).rejects.toThrow(text);
});

test('a name that is taken is a conflict; a cluster with open runs is not deleted', async () => {
  const made = await create('busy');
  await expect(
    flotilla.api.json('POST', '/api/v6/clusters', { ...BODY, name: 'busy' }),
  ).rejects.toThrow('cluster with name [busy] already exists');
  // Nobody serves it, so that the run stays QUEUED.
  const run = await flotilla.run('true', { cluster: 'busy' });
  await expect(flotilla.api.json('DELETE', `/api/v6/clusters/${made.id}`)).rejects.toThrow(
    'cluster busy has 1 runs that are not over',
  );
  const renamed = { ...BODY, name: 'renamed' };
  await expect(flotilla.api.json('PUT', `/api/v6/clusters/${made.id}`, renamed)).rejects.toThrow(
    'cluster busy has 1 runs that are not over',
  );
  await flotilla.api.json('DELETE', `/api/v6/task/any/history/${run.run_id}`);
  await flotilla.until(run.run_id, 'STOPPED');
  expect(await flotilla.api.json('DELETE', `/api/v6/clusters/${made.id}`)).toEqual({
    deleted: true,
  });
});

test('a run that no worker can launch is stopped nevertheless, at once', async () => {
  await create('unserved');
  const run = await flotilla.run('true', { cluster: 'unserved' });
  await flotilla.api.json('DELETE', `/api/v6/task/any/history/${run.run_id}`);
  const over = await flotilla.until(run.run_id, 'STOPPED');
  expect(over).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
  expect(over.started_at).toBeUndefined();
});
