import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';

const HISTORIES = fileURLToPath(new URL('./histories', import.meta.url));
const BUNDLES = ['workflow-bundle.js', 'workflow-bundle-traced.js'];
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

function replay(bundle: string, history: unknown, workflowId: string): Promise<void> {
  const codePath = fileURLToPath(new URL(`../../dist/${bundle}`, import.meta.url));
  const sinks = { exporter: { export: { fn: () => undefined } } };
  return Worker.runReplayHistory({ workflowBundle: { codePath }, sinks }, history, workflowId);
}

const every = BUNDLES.flatMap((bundle) => files.map((name) => [bundle, name] as const));

test.each(every)('%s still replays %s', async (bundle, name) => {
  const { history, workflowId } = load(name);
  await expect(replay(bundle, history, workflowId)).resolves.toBeUndefined();
});

test('a history that the code would not have made is refused', async () => {
  const { history, workflowId } = load('plain.json');
  const text = JSON.stringify(history).replaceAll('"launchJob"', '"anotherActivity"');
  await expect(replay('workflow-bundle.js', JSON.parse(text), workflowId)).rejects.toThrow(
    /[Nn]ondeterminism/,
  );
});
