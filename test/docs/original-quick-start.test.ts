import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';
import { runInBash, type Session } from './bash.ts';

/*
 * The calls of the README of flotilla-os, as they stand there; it writes `<run_id>` for what the second one
 * answered, and leaves the waiting to the reader.
 */
const CALLS = [
  'curl_at 0 -XPOST localhost:5000/api/v6/task --data @examples/hello-world.json',
  'curl_at 1 http://localhost:5000/api/v6/task',
  `RUN=$(curl_at 2 -XPUT localhost:5000/api/v6/task/alias/hello-flotilla/execute -d '{
    "cluster":"default",
    "env":[
      {"name":"USERNAME","value":"yourusername"}
    ],
    "run_tags":{"owner_id":"youruser"}
  }' | sed 's/.*"run_id":"\\([^"]*\\)".*/\\1/')`,
  'until curl_at 3 -XGET localhost:5000/api/v6/history/$RUN | grep -q STOPPED; do sleep 1; done',
  'curl_at 4 -XGET localhost:5000/api/v6/$RUN/logs',
];

let flotilla: TestFlotilla;
let session: Session;
beforeAll(async () => {
  flotilla = await startFlotilla();
  session = await runInBash(CALLS, flotilla.url);
}, 120_000);
afterAll(() => flotilla.stop());

function answer(id: number): unknown {
  const { status, body, errors } = session.answerTo(id) ?? {};
  expect(status, `${errors} ${body}`).toBe(200);
  return JSON.parse(body ?? '');
}

test('the quick start of flotilla-os works as it stands in its README', () => {
  expect(answer(0)).toMatchObject({ alias: 'hello-flotilla' });
  const { definitions } = answer(1) as { definitions: { alias: string }[] };
  expect(definitions.map(({ alias }) => alias)).toContain('hello-flotilla');
  expect(answer(2)).toMatchObject({ cluster: 'default', status: 'QUEUED' });
  const run = answer(3) as RunJson;
  expect(run).toMatchObject({
    ...{ alias: 'hello-flotilla', image: 'ubuntu:latest', cluster: 'default', exit_code: 0 },
    instance: { dns_name: expect.any(String) as string, instance_id: expect.any(String) as string },
  });
  expect(run.env.map(({ name, value }) => `${name}=${value}`)).toEqual(
    expect.arrayContaining([
      'FLOTILLA_RUN_OWNER_ID=youruser',
      'FLOTILLA_SERVER_MODE=dev',
      `FLOTILLA_RUN_ID=${run.run_id}`,
      'USERNAME=yourusername',
    ]),
  );
  const { log, last_seen: seen } = answer(4) as { log: string; last_seen: string };
  expect(log).toContain("+ echo 'hello yourusername'\nhello yourusername\n");
  expect(seen).not.toBe('');
});
