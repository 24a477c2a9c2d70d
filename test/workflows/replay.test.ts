import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';

const HISTORIES = fileURLToPath(new URL('./histories', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
const files = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});

interface Recorded {
  events: { workflowExecutionStartedEventAttributes?: { workflowId?: string } }[];
}

function load(name: string): { history: Recorded; workflowId: string } {
  const history = JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as Recorded;
  const [first] = history.events;
  return {
    history,
    workflowId: first?.workflowExecutionStartedEventAttributes?.workflowId ?? name,
  };
}

function replay(history: unknown, workflowId: string): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: { codePath: BUNDLE } }, history, workflowId);
}

test.each(files)('the workflow code still replays %s', async (name) => {
  const { history, workflowId } = load(name);
  await expect(replay(history, workflowId)).resolves.toBeUndefined();
});

test('a history that the code would not have made is refused', async () => {
  const { history, workflowId } = load('plain.json');
  const text = JSON.stringify(history).replaceAll('"launchJob"', '"anotherActivity"');
  await expect(replay(JSON.parse(text), workflowId)).rejects.toThrow(/[Nn]ondeterminism/);
});
