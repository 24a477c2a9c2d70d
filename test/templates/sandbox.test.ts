import { afterAll, describe, expect, it } from 'vitest';
import type { Evaluated } from '../../templates/jobs.ts';
import { createSandbox } from '../../templates/sandbox.ts';

const TIME_LIMIT_MS = 4_000;
const sandbox = createSandbox({ timeLimitMs: TIME_LIMIT_MS });
afterAll(() => sandbox.close());

function render(commandTemplate: string, payload = {}, schema = {}): Promise<Evaluated> {
  return sandbox.evaluate({ schema, commandTemplate, defaults: {} }, payload);
}

async function reasonOf(commandTemplate: string): Promise<string | undefined> {
  const { command, fault } = await render(commandTemplate);
  expect(command).toBeNull();
  return fault?.reason;
}

describe('a template that never ends', () => {
  it('is ended, says so, and others are rendered meanwhile and afterwards', async () => {
    const loop = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}';
    const endless = reasonOf(loop);
    expect((await render('still {{ .a }}', { a: 'here' })).command).toBe('still here');
    expect(await endless).toBe('takes longer than 4 s');
    expect((await render('{{ .a }}', { a: 'again' })).command).toBe('again');
  });
});

describe('a template that takes all memory', () => {
  it.each([
    ['at once', '{{ repeat 100000000 "xxxxxxxxxx" | len }}'],
    ['bit by bit', '{{ $a := "x" }}{{ range until 40 }}{{ $a = cat $a $a }}{{ end }}'],
    ['in a list', '{{ range until 100000000 }}x{{ end }}'],
  ])('fails with a clear reason: %s', async (_, template) => {
    expect(await reasonOf(template)).toBe('needs more memory than a template may use (96 MiB)');
    expect((await render('{{ .a }}', { a: 1 })).command).toBe('1');
  });

  it('may not write more than a command can be', async () => {
    const reason = await reasonOf('{{ range until 200000 }}0123456789{{ end }}');
    expect(reason).toBe('the rendered command is longer than 1 MiB');
  });

  it('may not call itself for ever', async () => {
    const reason = await reasonOf('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}');
    expect(reason).toMatch(/exceeded maximum template depth/);
  });
});

describe('what a template can reach', () => {
  it.each(['env "PATH"', 'expandenv "$PATH"', 'getHostByName "localhost"'])(
    'is not what is outside: %s',
    async (call) => {
      expect(await reasonOf(`{{ ${call} }}`)).toMatch(/^function "\w+" not defined$/);
    },
  );

  it('is a clock and random numbers', async () => {
    const { command } = await render('{{ now | unixEpoch }} {{ uuidv4 }} {{ randAlphaNum 8 }}');
    const [seconds, uuid, letters] = command?.split(' ') ?? [];
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(60);
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(letters).toMatch(/^[A-Za-z0-9]{8}$/);
    expect((await render('{{ uuidv4 }}')).command).not.toBe(uuid);
  });

  it('is nothing of the render before it', async () => {
    const twice = '{{ hasKey .m "k" }}{{ $_ := set .m "k" 1 }}{{ hasKey .m "k" }}';
    expect((await render(twice, { m: {} })).command).toBe('falsetrue');
    expect((await render(twice, { m: {} })).command).toBe('falsetrue');
  });
});

describe('a hostile schema', () => {
  it('with a pattern that backtracks for ever is decided in linear time', async () => {
    const schema = { properties: { a: { pattern: '^(a+)+$' } } };
    const { violations } = await render('x', { a: `${'a'.repeat(64)}b` }, schema);
    expect(violations).toEqual([{ path: '/a', text: 'must match pattern "^(a+)+$"' }]);
  });

  it('with one that only JavaScript knows is ended in time', async () => {
    const schema = { properties: { a: { pattern: '^(?=a)(a+)+$' } } };
    const { fault } = await render('x', { a: `${'a'.repeat(64)}b` }, schema);
    expect(fault?.reason).toBe('takes longer than 4 s');
  });

  it('that nests without end is refused, and the next one is not', async () => {
    const nested = JSON.parse(`${'{"not":'.repeat(2_000)}{}${'}'.repeat(2_000)}`) as object;
    const recipe = { schema: { ...nested }, commandTemplate: 'x', defaults: {} };
    const { schemaFaults, templateFault } = await sandbox.check(recipe);
    expect([...schemaFaults, templateFault?.reason].join()).not.toBe('');
    expect((await render('{{ .a }}', { a: 1 })).command).toBe('1');
  });
});

it('more than may wait are told to come again', async () => {
  const small = createSandbox({ threads: 1, waiting: 2 });
  const recipe = { schema: {}, commandTemplate: 'x', defaults: {} };
  const many = await Promise.allSettled(
    Array.from({ length: 6 }, () => small.evaluate(recipe, {})),
  );
  const refused = many.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(many.some(({ status }) => status === 'fulfilled')).toBe(true);
  expect(String(refused[0]?.status === 'rejected' && refused[0].reason)).toMatch(/try again/);
  await small.close();
});
