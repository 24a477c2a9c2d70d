import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Schemas } from '../../client/client.ts';
import { FlotillaError } from '../../domain/errors.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { eventually } from '../support/eventually.ts';
import { Faults } from '../support/faulty-engine.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

type Cluster = Schemas['Cluster'];

const faults = new Faults();
let flotilla: TestFlotilla;
beforeAll(async () => {
  let dir = '';
  flotilla = await startFlotilla({
    onDir: (path) => (dir = path),
    engineFor: (cluster) => faults.wrap(new LocalEngine(localClusterDir(dir, cluster))),
  });
});
afterAll(() => flotilla.stop());

function add(body: Record<string, unknown>): Promise<Cluster> {
  return flotilla.api.json('POST', '/api/v8/clusters', { engine: 'local', ...body });
}
function get(id: string): Promise<Cluster> {
  return flotilla.api.json('GET', `/api/v8/clusters/${id}`);
}
function patch(id: string, body: Record<string, unknown>): Promise<Cluster> {
  return flotilla.api.json('PATCH', `/api/v8/clusters/${id}`, body);
}

test('a cluster of v8 is served as it is registered, changed and forgotten', async () => {
  const made = await add({ name: 'north', allowed_tiers: ['9'], namespace: 'jobs', slot_limit: 3 });
  expect(made).toMatchObject({
    name: 'north',
    engine: 'local',
    status: 'active',
    allowed_tiers: ['9'],
    namespace: 'jobs',
    slot_limit: 3,
    version: null,
  });
  // Its tier leads there.
  const run = await flotilla.run('exit 6', { cluster: undefined, tier: '9' });
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({
    exit_code: 6,
    cluster: 'north',
  });
  const changed = await patch(made.cluster_id, {
    slot_limit: null,
    status: 'offline',
    status_reason: 'new disks',
  });
  expect(changed).toMatchObject({ slot_limit: null, allowed_tiers: ['9'], status: 'offline' });
  expect(changed.status_since).not.toBe(made.status_since);
  const waiting = await flotilla.run('exit 0', { cluster: 'north' });
  await eventually('it says why it waits', async () =>
    (await flotilla.transitions(waiting.run_id)).some(
      ({ reason }) => reason === 'cluster north is in status offline: new disks',
    ),
  );
  await expect(
    flotilla.api.request('DELETE', `/api/v8/clusters/${made.cluster_id}`),
  ).rejects.toThrow('cluster north has 1 runs that are not over');
  await patch(made.cluster_id, { status: 'active', status_reason: '' });
  await flotilla.until(waiting.run_id, 'STOPPED');
  await flotilla.api.request('DELETE', `/api/v8/clusters/${made.cluster_id}`);
  await expect(get(made.cluster_id)).rejects.toThrow('not found');
});

test.each([
  [{ name: 'default' }, 'cluster with name [default] already exists'],
  [{ name: '../up' }, 'must be of letters'],
  [{ name: 'x', engine: 'bogus' }, 'engine: expected one of'],
  [{ name: 'x', slot_limit: -1 }, 'slot_limit: '],
  [{ name: 'x', colour: 'red' }, 'colour: unknown field'],
])('%j is refused', async (body, text) => {
  await expect(add(body)).rejects.toThrow(text);
});

test('a cluster shows its version and when it answered, and what it failed with', async () => {
  const made = await add({ name: 'shaky' });
  const reached = await eventually('it answered', async () => {
    const now = await get(made.cluster_id);
    return now.reached_at === null ? null : now;
  });
  expect(reached.version).toContain(process.platform);
  expect(reached.last_error).toBeNull();
  faults.next('launch', () => {
    throw new FlotillaError('unavailable', 'connection refused');
  });
  const run = await flotilla.run('exit 0', { cluster: 'shaky' });
  const failed = await eventually('its trouble shows', async () => {
    const now = await get(made.cluster_id);
    return now.last_error === null ? null : now;
  });
  expect(failed.last_error).toBe('connection refused');
  await flotilla.until(run.run_id, 'STOPPED');
  await eventually('it is over it', async () => {
    const now = await get(made.cluster_id);
    return (now.reached_at ?? '') > (now.last_error_at ?? '');
  });
});
