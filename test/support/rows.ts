import { transact } from '../../db/client.ts';
import type { LifecycleWrite } from '../../domain/lifecycle/record.ts';
import type { Status } from '../../domain/lifecycle/status.ts';
import { insertRun, type NewRun } from '../../db/runs.ts';
import { newRunId } from '../../domain/run.ts';
import type { TestDatabase } from './database.ts';

/** An accepted run without a definition, straight into the database. */
export async function acceptRun(
  database: TestDatabase,
  more: Partial<NewRun> = {},
): Promise<string> {
  const runId = newRunId('local');
  const run = {
    runId,
    workflowId: runId,
    alias: 'a',
    image: 'i',
    clusterName: 'default',
    engine: 'local',
    status: 'QUEUED' as const,
    queuedAt: new Date(),
    user: 'ada',
    ...more,
  };
  await transact(database.db, (tx) => insertRun(tx, run, 'ada'));
  return runId;
}

export function write(
  runId: string,
  epoch: number,
  seq: number,
  status: Status,
  more: Partial<LifecycleWrite> = {},
): LifecycleWrite {
  return { runId, epoch, transitions: [{ seq, status, attempt: 1 }], run: { status }, ...more };
}
