import { Client, Connection } from '@temporalio/client';
import { createStack } from './stack.ts';
import { define, execute, untilCount } from './measure.ts';

/** Events that Temporal Cloud bills as an action (docs.temporal.io/cloud/actions), by enum number. */
const BILLED: Record<number, string> = {
  1: 'workflow started',
  10: 'activity scheduled',
  17: 'timer started',
  26: 'signal received',
  40: 'search attributes upserted',
};
const MARKER = 25;
const TASK_COMPLETED = 7;

/** Actions of one plain run: local activities of one workflow task count once. */
export async function actions(): Promise<Record<string, unknown>> {
  const stack = await createStack('memory');
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    await stack.start('serve');
    await define(stack.api, 'noop', 'sleep 1');
    const run = await execute(stack.api, 'noop');
    await untilCount(stack.database, 'noop', 'STOPPED', 1);
    const handle = new Client({ connection }).workflow.getHandle(run.run_id);
    await handle.result();
    const { events } = await handle.fetchHistory();
    const counted: Record<string, number> = {};
    const count = (name: string): void => void (counted[name] = (counted[name] ?? 0) + 1);
    let task = 0;
    const tasksWithLocal = new Set<number>();
    for (const event of events ?? []) {
      const type = Number(event.eventType);
      if (type === TASK_COMPLETED) task += 1;
      if (type === MARKER) tasksWithLocal.add(task);
      const name = BILLED[type];
      if (name !== undefined) count(name);
    }
    counted['workflow tasks with local activities'] = tasksWithLocal.size;
    return {
      total: Object.values(counted).reduce((sum, one) => sum + one, 0),
      ...counted,
      'history events': events?.length,
    };
  } finally {
    await connection.close();
    await stack.close();
  }
}
