import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

type Json = Record<string, unknown>;
interface Answer<T> {
  status: number;
  body: T;
}

async function call<T = Json>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const response = await fetch(`${flotilla.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

const SCHEMA = {
  type: 'object',
  properties: {
    who: { type: 'string' },
    times: { type: 'integer', minimum: 1 },
    deep: { type: 'object' },
  },
  required: ['who'],
};

interface Made {
  did_create: boolean;
  template: { template_id: string; template_name: string; version: number };
}

async function make(more: Json = {}): Promise<Made> {
  const { status, body } = await call<Made>('POST', '/api/v7/template', {
    template_name: `tpl ${randomUUID()}`,
    schema: SCHEMA,
    command_template: 'echo "$GREETING {{ .who | upper }}" {{ .times }} {{ .deep.a }}',
    defaults: { times: 2, deep: { a: 'x', b: 'y' } },
    image: 'ubuntu',
    env: [{ name: 'GREETING', value: 'hello' }],
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

describe('a run of a template', () => {
  test('runs the rendered command with the environment of the template, and keeps its payload', async () => {
    const { template } = await make();
    const id = template.template_id;
    const { status, body: run } = await call<RunJson & Json>(
      'PUT',
      `/api/v7/template/${id}/execute`,
      { owner_id: 'ada', template_payload: { who: 'bob', deep: { b: 'mine' } } },
    );
    expect(status).toBe(200);
    expect(run).toMatchObject({
      definition_id: id,
      alias: id,
      executable_id: id,
      executable_type: 'template',
      group_name: 'template_group_name',
      command: 'echo "$GREETING BOB" 2 x',
      cluster: 'default',
      engine: 'local',
    });
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over).toMatchObject({ exit_code: 0, definition_id: id });
    const log = await fetch(`${flotilla.url}/api/v6/${run.run_id}/logs?raw_text=true`);
    expect(await log.text()).toContain('hello BOB 2 x');
    const payload = { who: 'bob', times: 2, deep: { a: 'x', b: 'mine' } };
    for (const path of [
      `/api/v7/template/history/${run.run_id}/payload`,
      `/api/v6/history/${run.run_id}/payload`,
    ])
      expect((await call('GET', path)).body).toEqual(payload);
    const seen = await call('GET', `/api/v8/runs/${run.run_id}`);
    expect(seen.body).toMatchObject({
      definition_id: null,
      template_id: id,
      template_payload: payload,
    });
    const history = await call<{ history: RunJson[] }>('GET', `/api/v7/template/${id}/history`);
    expect(history.body.history.map((one) => one.run_id)).toEqual([run.run_id]);
    const filtered = await call<{ total: number }>(
      'GET',
      `/api/v7/template/${id}/history?status=RUNNING`,
    );
    expect(filtered.body.total).toBe(0);
  });

  test('can be run again as it was', async () => {
    const { template } = await make();
    const path = `/api/v8/templates/${template.template_id}/runs`;
    const first = await call<{ run_id: string }>('POST', path, {
      owner: 'ada',
      payload: { who: 'x' },
    });
    expect(first.status).toBe(201);
    const again = await call<Json & { run_id: string }>(
      'POST',
      `/api/v8/runs/${first.body.run_id}/rerun`,
    );
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({
      template_id: template.template_id,
      command: 'echo "$GREETING X" 2 x',
      template_payload: { who: 'x', times: 2 },
    });
    expect(await flotilla.until(again.body.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  });

  test('is found by name and version, and `latest` is the last', async () => {
    const { template } = await make();
    const name = encodeURIComponent(template.template_name);
    const second = await make({
      template_name: template.template_name,
      command_template: 'echo second {{ .who }}',
    });
    expect(second).toMatchObject({ did_create: true, template: { version: 2 } });
    const dry = { owner_id: 'ada', dry_run: true, template_payload: { who: 'bob' } };
    const at = (version: string) =>
      call('PUT', `/api/v7/template/name/${name}/version/${version}/execute`, dry);
    expect((await at('1')).body).toMatchObject({ command: 'echo "$GREETING BOB" 2 x' });
    expect((await at('2')).body).toMatchObject({ command: 'echo second bob' });
    expect((await at('latest')).body).toMatchObject({ command: 'echo second bob' });
    expect(await at('3')).toMatchObject({ status: 404 });
    expect(await at('newest')).toMatchObject({
      status: 400,
      body: { error: 'template_version: newest is neither a number nor latest' },
    });
    const runs = await call<{ total: number }>(
      'GET',
      `/api/v7/template/${template.template_id}/history`,
    );
    expect(runs.body.total).toBe(0);
  });

  test('is one run for one idempotence key', async () => {
    const { template } = await make();
    const body = {
      owner_id: 'ada',
      idempotence_key: randomUUID(),
      template_payload: { who: 'bob' },
    };
    const path = `/api/v7/template/${template.template_id}/execute`;
    const runs = await Promise.all([1, 2, 3].map(() => call<RunJson>('PUT', path, body)));
    expect(new Set(runs.map((one) => one.body.run_id)).size).toBe(1);
  });
});

describe('a mistake of the caller', () => {
  test('in a payload is 400, with a line for each violation and its path', async () => {
    const { template } = await make();
    const path = `/api/v7/template/${template.template_id}/execute`;
    const payload = { times: 0, deep: 1 };
    const given = await call<{ error: string }>('PUT', path, {
      owner_id: 'ada',
      template_payload: payload,
    });
    expect(given.status).toBe(400);
    expect(given.body.error.split('\n').toSorted()).toEqual([
      '/deep must be object',
      '/times must be >= 1',
      '/who is required',
    ]);
    expect(await call('PUT', path, { template_payload: payload })).toMatchObject({ status: 400 });
    expect(await call('PUT', path, { owner_id: 'a', template_payload: [1] })).toMatchObject({
      status: 400,
      body: { error: 'template_payload: expected an object' },
    });
  });

  test('in a template says line and reason', async () => {
    const body = { template_name: 'bad', schema: SCHEMA, image: 'i' };
    const parse = { ...body, command_template: 'one\ntwo {{ nope }}' };
    expect(await call('POST', '/api/v7/template', parse)).toMatchObject({
      status: 400,
      body: {
        error: 'command_template: the command template, line 2: function "nope" not defined',
      },
    });
    const { template } = await make({ command_template: 'x\n {{ fail "told" }}' });
    const given = await call<{ error: string }>(
      'POST',
      `/api/v7/template/${template.template_id}/preview`,
      { template_payload: { who: 'x' } },
    );
    expect(given).toMatchObject({ status: 400 });
    expect(given.body.error).toMatch(/^the command template, line 2, column 5: .*told$/);
  });

  test('in a schema says where', async () => {
    const schema = { properties: { a: { minimum: 'x' } } };
    const body = { template_name: 'bad', schema, image: 'i', command_template: 'x' };
    expect(await call('POST', '/api/v7/template', body)).toMatchObject({
      status: 400,
      body: { error: 'schema: /properties/a/minimum must be number' },
    });
    const strict = await call<Json & { errors: { field: string }[] }>(
      'POST',
      '/api/v8/templates',
      body,
    );
    expect(strict.status).toBe(400);
    expect(strict.body.errors.map(({ field }) => field)).toEqual(['schema']);
  });

  test('that no command can be is refused', async () => {
    const { template } = await make({ command_template: 'a{{ "\\x00" }}' });
    const path = `/api/v7/template/${template.template_id}/execute`;
    expect(await call('PUT', path, { owner_id: 'a', template_payload: { who: 'x' } })).toEqual({
      status: 400,
      body: { error: 'the command template: the command has a null byte' },
    });
  });
});

describe('versions', () => {
  test('come by difference; several at once are numbered one by one', async () => {
    const { template } = await make();
    const same = await make({ template_name: template.template_name });
    expect(same).toMatchObject({ did_create: false, template: { version: 1 } });
    const made = await Promise.all(
      [1, 2, 3, 4].map((n) => make({ template_name: template.template_name, image: `i${n}` })),
    );
    expect(made.map((one) => one.template.version).toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5]);
    const { body } = await call<{ templates: { version: number }[] }>(
      'GET',
      `/api/v8/templates/${template.template_id}/versions`,
    );
    expect(body.templates.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });

  test('change their description and avatar in place', async () => {
    const { template } = await make();
    const path = `/api/v7/template/${template.template_id}`;
    const changed = { description: 'greets', avatar_uri: 'data:image/png;base64,AA' };
    expect(await call('PUT', path, changed)).toMatchObject({ status: 200, body: changed });
    expect((await call('GET', path)).body).toMatchObject({ ...changed, version: 1 });
    expect(
      await call('PATCH', `/api/v8/templates/${template.template_id}`, { description: null }),
    ).toMatchObject({ status: 200, body: { description: null } });
    expect(await call('PUT', '/api/v7/template/nope', changed)).toMatchObject({ status: 404 });
  });

  test('are deleted when no run was made of them, and else stay', async () => {
    const { template } = await make();
    const id = template.template_id;
    const second = await make({ template_name: template.template_name, image: 'other' });
    const launched = await call<RunJson>('PUT', `/api/v7/template/${id}/execute`, {
      owner_id: 'ada',
      template_payload: { who: 'x' },
    });
    await flotilla.until(launched.body.run_id, 'STOPPED');
    expect(await call('DELETE', `/api/v7/template/${id}`)).toMatchObject({ status: 409 });
    const unused = second.template.template_id;
    expect(await call('DELETE', `/api/v8/templates/${unused}`)).toMatchObject({ status: 204 });
    expect(await call('GET', `/api/v7/template/${unused}`)).toMatchObject({ status: 404 });
    const run = { owner_id: 'a', template_payload: { who: 'x' } };
    expect(await call('PUT', `/api/v7/template/${unused}/execute`, run)).toMatchObject({
      status: 404,
    });
  });
});

test('a preview in v8 tells all that is wrong, also of a template that is not stored', async () => {
  const draft = { schema: SCHEMA, command_template: 'echo {{ .who }}', defaults: { times: 3 } };
  const path = '/api/v8/template-previews';
  expect(await call('POST', path, { ...draft, payload: { who: 'x' } })).toEqual({
    status: 200,
    body: {
      payload: { who: 'x', times: 3 },
      command: 'echo x',
      violations: [],
      fault: null,
    },
  });
  expect((await call('POST', path, draft)).body).toMatchObject({
    command: null,
    violations: [{ path: '/who', text: 'is required' }],
  });
});

test('the list has the latest of each name, found by a part of it', async () => {
  const part = randomUUID().slice(0, 8);
  await make({ template_name: `${part} B` });
  await make({ template_name: `${part} A` });
  await make({ template_name: `${part} A`, image: 'other' });
  const { body } = await call<{ templates: Made['template'][]; total: number }>(
    'GET',
    `/api/v8/templates?name_contains=${part}`,
  );
  expect(body.templates.map((one) => [one.template_name, one.version])).toEqual([
    [`${part} A`, 2],
    [`${part} B`, 1],
  ]);
  expect(body.total).toBe(2);
});
