import { expect, test } from 'vitest';
import { followRun } from '../../cli/follow.ts';
import { ApiClient } from '../../cli/client.ts';
import { choosePort } from '../../dev/ports.ts';
import { eventually } from '../support/eventually.ts';
import { Proxy } from '../support/proxy.ts';
import { environmentOf, spawnNode } from '../support/processes.ts';
import { createScene } from '../support/scene.ts';

const PROGRAM = ['dist/cli.js', 'server'];

test('killed -9 between the commit of a run and the start of its workflow: the run runs, once', async () => {
  const here = await createScene();
  const proxy = await Proxy.to(here.flotilla.config.temporal_address ?? '');
  try {
    proxy.silence();
    const port = await choosePort(0);
    const env = environmentOf(here.flotilla.config, {
      TEMPORAL_ADDRESS: proxy.address,
      HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      LOG_LEVEL: 'info',
    });
    const server = spawnNode(PROGRAM, env);
    here.spawned.push(server);
    await server.says('listening');
    const alias = await here.flotilla.define(`${here.ledger.note('began')}; exit 2`);
    const client = new ApiClient(`http://127.0.0.1:${port}`);
    const asked = client
      .json('PUT', `/api/v6/task/alias/${alias}/execute`, {
        run_tags: { owner_id: 'ada' },
        cluster: 'default',
      })
      .catch(() => 'killed');
    const row = await eventually('the run is committed', async () => {
      const rows = await here.flotilla.database.rows<{ run_id: string; workflow_id: string }>(
        'SELECT run_id, workflow_id FROM task WHERE alias = $1',
        [alias],
      );
      return rows[0];
    });
    await server.kill();
    expect(await asked).toBe('killed');
    expect(row.workflow_id).toBe(row.run_id);
    await here.worker();
    expect((await here.flotilla.until(row.run_id, 'STOPPED')).exit_code).toBe(2);
    expect(here.ledger.attempts('began', row.run_id)).toEqual([1]);
  } finally {
    await proxy.close();
    await here.close();
  }
});

test('cut off from Temporal: runs are accepted and stops recorded, and both come true', async () => {
  const here = await createScene();
  const proxy = await Proxy.to(here.flotilla.config.temporal_address ?? '');
  try {
    await here.worker();
    const live = await here.flotilla.run('sleep 60');
    await here.flotilla.until(live.run_id, 'RUNNING');
    const port = await choosePort(0);
    const env = environmentOf(here.flotilla.config, {
      TEMPORAL_ADDRESS: proxy.address,
      HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      LOG_LEVEL: 'info',
    });
    const server = spawnNode(PROGRAM, env);
    here.spawned.push(server);
    await server.says('listening');
    proxy.cut();
    const client = new ApiClient(`http://127.0.0.1:${port}`);
    const alias = await here.flotilla.define('exit 2');
    const run = await client.json<{ run_id: string; status: string }>(
      'PUT',
      `/api/v6/task/alias/${alias}/execute`,
      { run_tags: { owner_id: 'ada' }, cluster: 'default' },
    );
    expect(run.status).toBe('QUEUED');
    await client.json('DELETE', `/api/v6/task/x/history/${live.run_id}`);
    expect((await here.flotilla.until(run.run_id, 'STOPPED')).exit_code).toBe(2);
    expect(await here.flotilla.until(live.run_id, 'STOPPED')).toMatchObject({
      exit_reason: 'Task terminated by user',
    });
    // A status cannot be declared without Temporal: in doubt, that is said.
    const other = await here.flotilla.run('sleep 60');
    await here.flotilla.until(other.run_id, 'RUNNING');
    await expect(
      client.json('PUT', `/api/v6/${other.run_id}/status`, { status: 'STOPPED' }),
    ).rejects.toThrow('may still be applied');
  } finally {
    await proxy.close();
    await here.close();
  }
});

test('killed -9 and started again under one who follows: every transition and byte, once', async () => {
  const here = await createScene();
  try {
    await here.worker();
    const port = await choosePort(0);
    const env = environmentOf(here.flotilla.config, {
      HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${port}`,
      LOG_LEVEL: 'info',
    });
    const start = async () => {
      const server = spawnNode(PROGRAM, env);
      here.spawned.push(server);
      await server.says('listening');
      return server;
    };
    const first = await start();
    const run = await here.flotilla.run(
      'set +x; for i in $(seq 1 60); do echo "line $i"; sleep 0.1; done; exit 7',
    );
    const seen = { transitions: [] as string[], log: '', troubles: 0 };
    const followed = followRun(
      new ApiClient(`http://127.0.0.1:${port}`),
      run.run_id,
      {
        transition: (one) => void seen.transitions.push(one.status),
        log: (bytes) => void (seen.log += Buffer.from(bytes).toString()),
        trouble: () => void (seen.troubles += 1),
      },
      new AbortController().signal,
    );
    await eventually('it is in the middle', () => seen.log.includes('line 15\n'));
    await first.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await start();
    expect((await followed).exit_code).toBe(7);
    expect(seen.troubles).toBeGreaterThan(0);
    expect(seen.transitions).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
    expect(seen.log.match(/line \d+/g)).toEqual(
      Array.from({ length: 60 }, (_, i) => `line ${i + 1}`),
    );
  } finally {
    await here.close();
  }
});
