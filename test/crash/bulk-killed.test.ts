import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';

interface Bulk {
  bulk_id: string;
  state: string;
  done: number;
  failed: number;
}

const MANY = 120;

test('a worker killed -9 within a bulk action: each run is launched again once', async () => {
  const here = await createScene({ slotLimit: 2 });
  try {
    const { flotilla } = here;
    const alias = await flotilla.define('true');
    await flotilla.database.rows(
      `INSERT INTO task (run_id, definition_id, alias, status, queued_at, engine, cluster_name, "user")
       SELECT 'local-' || n, d.definition_id, d.alias, 'STOPPED', now() - interval '1 hour', 'local', 'default', 'ada'
       FROM task_def d, generate_series(1, $2) n WHERE d.alias = $1`,
      [alias, MANY],
    );
    const again = async (): Promise<number> => {
      const sql = `SELECT count(*)::int AS many FROM task WHERE alias = $1
        AND queued_at > now() - interval '30 minutes'`;
      return (await flotilla.database.rows<{ many: number }>(sql, [alias]))[0]?.many ?? 0;
    };
    const doomed = await here.worker();
    const body = { action: 'rerun', filter: { alias } };
    const bulk = await flotilla.api.json<Bulk>('POST', '/api/v8/bulk-actions', body);
    await eventually('it is under way', async () => (await again()) > 5);
    await doomed.kill();
    expect(await again()).toBeLessThan(MANY);
    await here.worker();
    const end = await eventually(
      'it is over',
      async () => {
        const path = `/api/v8/bulk-actions/${bulk.bulk_id}`;
        const seen = await flotilla.api.json<Bulk>('GET', path);
        return seen.state !== 'running' && seen;
      },
      90_000,
    );
    expect(end).toMatchObject({ state: 'done', done: MANY, failed: 0 });
    expect(await again()).toBe(MANY);
  } finally {
    await here.close();
  }
});
