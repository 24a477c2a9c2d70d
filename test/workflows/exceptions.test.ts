import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../engines/engine.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
let service: Server;
const asked: string[] = [];
/** What the service says of each run; it hangs where there is nothing. */
let answer: { status: number; body: string } | null = null;

/** The local engine under the name of the one whose logs the service reads. */
function asEks(engine: Engine | null): Engine | null {
  if (engine === null) return null;
  return new Proxy(engine, {
    get(target, key) {
      if (key === 'name') return 'eks';
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

beforeAll(async () => {
  service = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  flotilla = await startFlotilla({
    config: { eks_exception_extractor_url: `http://127.0.0.1:${port}` },
    engineFor: (_, open) => asEks(open()),
  });
});
afterAll(async () => {
  await flotilla.stop();
  service.close();
  service.closeAllConnections();
});

const put = (runId: string, body: unknown): Promise<unknown> =>
  flotilla.api.json('PUT', `/api/v6/${runId}/status`, body);

test('exceptions of a failed run are stored, and name its reason', async () => {
  answer = { status: 200, body: '["KeyError: colour"]' };
  const { run_id: runId } = await flotilla.run('exit 4');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({
    exit_code: 4,
    exit_reason: 'Data or argument error',
    run_exceptions: ['KeyError: colour'],
  });
  expect(asked).toContain(`/extract/${runId}`);
  const run = await flotilla.api.json('GET', `/api/v8/runs/${runId}`);
  expect(run).toMatchObject({ run_exceptions: ['KeyError: colour'] });
  const [end] = (await flotilla.transitions(runId)).slice(-1);
  expect(end).toMatchObject({ status: 'STOPPED', reason: 'Data or argument error' });
});

test('a run that succeeds, or that somebody stops, is not asked about', async () => {
  answer = { status: 200, body: '["KeyError"]' };
  const { run_id: good } = await flotilla.run('true');
  const { run_id: stopped } = await flotilla.run('sleep 300');
  await flotilla.until(stopped, 'RUNNING');
  await flotilla.api.json('POST', `/api/v8/runs/${stopped}/stop`, {});
  await flotilla.until(stopped, 'STOPPED');
  await flotilla.until(good, 'STOPPED');
  expect(asked.filter((url) => url.includes(good) || url.includes(stopped))).toEqual([]);
});

test('a service that answers 500, or hangs, neither fails a run nor holds it up for long', async () => {
  answer = { status: 500, body: '' };
  const { run_id: failing } = await flotilla.run('exit 5');
  const over = await flotilla.until(failing, 'STOPPED');
  expect(over).toMatchObject({ exit_code: 5 });
  expect(over).not.toHaveProperty('run_exceptions');
  answer = null;
  const began = performance.now();
  const { run_id: hanging } = await flotilla.run('exit 6');
  expect(await flotilla.until(hanging, 'STOPPED')).toMatchObject({ exit_code: 6 });
  expect(performance.now() - began).toBeLessThan(20_000);
});

test('what a job declares of itself before its end outranks what is found, and stays', async () => {
  answer = { status: 200, body: '["SyntaxError"]' };
  const go = join(flotilla.dir, 'go');
  const { run_id: runId } = await flotilla.run(`until [ -f ${go} ]; do sleep 0.1; done; exit 1`);
  await flotilla.until(runId, 'RUNNING');
  await put(runId, { status: 'RUNNING', run_exceptions: ['Nothing to do'] });
  expect(await flotilla.get(runId)).toMatchObject({
    status: 'RUNNING',
    exit_reason: 'Yum installation error',
  });
  writeFileSync(go, '');
  expect(await flotilla.until(runId, 'STOPPED')).toMatchObject({
    exit_code: 1,
    exit_reason: 'Yum installation error',
    run_exceptions: ['Nothing to do'],
  });
  expect(asked.filter((url) => url.includes(runId))).toEqual([]);
});

test('exceptions that come after the end amend the run', async () => {
  answer = { status: 404, body: '' };
  const { run_id: runId } = await flotilla.run('exit 1');
  await flotilla.until(runId, 'STOPPED');
  const run_exceptions = ['fatal: Could not read from remote repository.'];
  await put(runId, { status: 'STOPPED', run_exceptions });
  expect(await flotilla.get(runId)).toMatchObject({
    status: 'STOPPED',
    exit_code: 1,
    exit_reason: 'Git clone error',
    run_exceptions,
  });
});
