import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { watcherId } from '../../temporal/services.ts';
import { eventually } from '../support/eventually.ts';
import { Faults } from '../support/faulty-engine.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

// Records the histories that replay.test.ts holds the workflow code to: npm run record-histories.

const HISTORIES = fileURLToPath(new URL('./histories', import.meta.url));
let flotilla: TestFlotilla;
let dataDir = '';
const faults = new Faults();

beforeAll(async () => {
  rmSync(HISTORIES, { recursive: true, force: true });
  mkdirSync(HISTORIES);
  let engine: LocalEngine | null = null;
  flotilla = await startFlotilla({
    config: { watch_cycle_seconds: 3 },
    engineFor: (cluster) => {
      engine ??= new LocalEngine(localClusterDir(dataDir, cluster));
      return faults.wrap(engine);
    },
    onDir: (dir) => {
      dataDir = dir;
    },
  });
});
afterAll(() => flotilla.stop());

async function record(name: string, workflowId: string): Promise<void> {
  const history = await flotilla.temporal.workflow.getHandle(workflowId).fetchHistory();
  const text = JSON.stringify(JSON.parse(historyToJSON(history), impersonal));
  writeFileSync(join(HISTORIES, `${name}.json`), `${text}\n`);
}

/** What tells of the machine on which a history was recorded has no part in its replay. */
function impersonal(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  const names = key === 'identity' || key === 'workerIdentity' || /^\d+@/.test(String(value));
  return names ? 'recorder' : value;
}

async function recordOver(name: string, run: RunJson): Promise<void> {
  await flotilla.until(run.run_id, 'STOPPED');
  await flotilla.temporal.workflow
    .getHandle(run.run_id)
    .result()
    .catch(() => undefined);
  await record(name, run.run_id);
}

const stop = (run: RunJson): Promise<unknown> =>
  flotilla.api.json('DELETE', `/api/v6/task/${run.definition_id}/history/${run.run_id}`);

test('plain', async () => {
  await recordOver('plain', await flotilla.run('exit 0'));
});

test('stopped', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await stop(run);
  await recordOver('stopped', run);
});

test('deadline', async () => {
  await recordOver('deadline', await flotilla.run('sleep 60', { active_deadline_seconds: 1 }));
});

test('retried', async () => {
  const run = await flotilla.run('[ $FLOTILLA_RUN_ATTEMPT = 2 ] && exit 0; sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await flotilla.api.json('PUT', `/api/v6/${run.run_id}/status`, { status: 'NEEDS_RETRY' });
  await recordOver('retried', run);
});

test('declared', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await flotilla.api.json('PUT', `/api/v6/${run.run_id}/status`, {
    status: 'STOPPED',
    exit_code: 4,
  });
  await recordOver('declared', run);
});

test('no room', async () => {
  for (let i = 0; i < 3; i += 1) {
    faults.next('launch', () => {
      throw new FlotillaError('capacity', 'full');
    });
  }
  await recordOver('no-room', await flotilla.run('exit 0'));
});

test('unknown', async () => {
  faults
    .next('launch', () => {
      throw new Error('broken');
    })
    .next('find', () => ({ kind: 'unknown', reason: 'silence' }));
  await recordOver('unknown', await flotilla.run('exit 0'));
});

test('cancelled', async () => {
  const run = await flotilla.run('sleep 60');
  await flotilla.until(run.run_id, 'RUNNING');
  await flotilla.temporal.workflow.getHandle(run.run_id).cancel();
  await recordOver('cancelled', run);
});

test('waited for a slot', async () => {
  await flotilla.database.rows('UPDATE cluster_state SET slot_limit = 1');
  const first = await flotilla.run('sleep 1');
  const second = await flotilla.run('exit 0');
  await flotilla.until(first.run_id, 'STOPPED');
  await recordOver('waited-for-a-slot', second);
});

test('watcher and reconcile', async () => {
  const queue = flotilla.config.temporal_task_queue;
  await eventually('some cycles', async () => {
    const handle = flotilla.temporal.workflow.getHandle(watcherId(queue, 'default'));
    return (await handle.describe()).historyLength > 60;
  });
  await record('watch-cluster', watcherId(queue, 'default'));
  const reconciled = await eventually('reconcile ran', async () => {
    const query = `WorkflowType = 'reconcile' AND TaskQueue = '${queue}' AND ExecutionStatus = 'Completed'`;
    for await (const one of flotilla.temporal.workflow.list({ query })) return one;
    return null;
  });
  await record('reconcile', reconciled.workflowId);
  expect(reconciled.type).toBe('reconcile');
});
