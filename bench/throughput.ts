import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { createStack, end, type Store } from './stack.ts';
import { define, execute, inParallel, round, untilCount } from './measure.ts';

const RUNS = 600;
const AT_ONCE = 16;

/** No-op runs a second from request to STOPPED, beside bare workflows of one activity. */
export async function throughput(store: Store): Promise<Record<string, unknown>> {
  const stack = await createStack(store);
  try {
    const serve = await stack.start('serve');
    await define(stack.api, 'noop', 'true');
    await inParallel(30, AT_ONCE, () => execute(stack.api, 'noop'));
    await untilCount(stack.database, 'noop', 'STOPPED', 30);
    const began = performance.now();
    await inParallel(RUNS, AT_ONCE, () => execute(stack.api, 'noop'));
    await untilCount(stack.database, 'noop', 'STOPPED', RUNS + 30);
    const runs = (RUNS / (performance.now() - began)) * 1000;
    await end(serve);
    const bare = await bareWorkflows(stack.temporalAddress);
    return {
      'no-op runs/s': round(runs),
      'bare one-activity workflows/s': round(bare),
      share: round((runs / bare) * 100) / 100,
      runs: RUNS,
    };
  } finally {
    await stack.close();
  }
}

const WORKFLOW = `
  import { proxyActivities } from '@temporalio/workflow';
  const { noop } = proxyActivities({ startToCloseTimeout: '1m' });
  export async function bare() { await noop(); }`;

/** The limit of the same server on the same machine: client and worker in this process. */
async function bareWorkflows(address: string): Promise<number> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const dir = mkdtempSync(join(root, 'bench', 'tmp-'));
  const file = join(dir, 'workflows.mjs');
  writeFileSync(file, WORKFLOW);
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue: 'bare',
      workflowsPath: file,
      activities: { noop: async () => undefined },
    });
    const client = new Client({ connection });
    let count = 0;
    const one = (): Promise<unknown> =>
      client.workflow.execute('bare', { taskQueue: 'bare', workflowId: `bare-${++count}` });
    return await worker.runUntil(async () => {
      await inParallel(30, AT_ONCE, one);
      const began = performance.now();
      await inParallel(RUNS, AT_ONCE, one);
      return (RUNS / (performance.now() - began)) * 1000;
    });
  } finally {
    await connection.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
