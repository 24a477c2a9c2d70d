import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asleepEngine } from '../support/asleep-engine.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { compare, type Answer, type Difference } from './compare.ts';
import { Placeholders } from './placeholders.ts';
import { readRecordings, type Recording } from './recordings.ts';
import { STEPS, type Step } from './steps.ts';
import { readTable, rowFor } from './table.ts';

/** What is asynchronous here, such as a stop, has this long to show. */
const SETTLES_WITHIN_MS = 5_000;

const names = new Placeholders();
const rows = readTable();
const used = new Set<string>();
let flotilla: TestFlotilla;

beforeAll(async () => {
  flotilla = await startFlotilla({
    defaultCluster: false,
    config: {
      eks_clusters: 'clusta, cupcake',
      eks_cluster_default: 'clusta',
      worker_clusters: 'clusta,cupcake',
      http_server_cors_allowed_origins: 'http://localhost:3001',
    },
    engineFor: () => asleepEngine('eks'),
  });
});
afterAll(() => flotilla.stop());

test.each(readRecordings().map((recording) => [recording.seq, recording.name, recording] as const))(
  '%i %s',
  async (seq, _name, recording) => {
    for (const step of STEPS.filter((one) => one.before === seq)) await take(step);
    const found = await undocumented(recording);
    expect(found, `row of the migration document`).toEqual([]);
  },
);

test('every row of the document is of a difference that there is', () => {
  expect(rows.filter((row) => !used.has(row.line)).map((row) => row.line)).toEqual([]);
});

async function take(step: Step): Promise<void> {
  const body = step.body === undefined ? undefined : names.fill(JSON.stringify(step.body));
  const call = (): Promise<Answer> => send(step.method, names.fill(step.path), {}, body);
  const answer = await (step.eventually === true
    ? eventually(step.path, async () => accepted(await call()))
    : call());
  expect(answer.status, `${step.method} ${step.path}: ${answer.text}`).toBe(200);
  if (step.bind === undefined) return;
  const made = JSON.parse(answer.text) as {
    definition_id: string;
    run_id?: string;
    template?: { template_id: string };
  };
  names.bind(step.bind, made.template?.template_id ?? made.run_id ?? made.definition_id);
}

function accepted(answer: Answer): Answer | null {
  return answer.status === 200 ? answer : null;
}

/** Differences without a row, once what is asynchronous had its time. */
async function undocumented(recording: Recording): Promise<Difference[]> {
  const until = Date.now() + (recording.request.method === 'GET' ? SETTLES_WITHIN_MS : 0);
  for (;;) {
    const differences = compare(recording, await replay(recording), names);
    const left = differences.filter((difference) => {
      const row = rowFor(rows, recording, difference);
      if (row !== undefined) used.add(row.line);
      return row === undefined;
    });
    if (left.length === 0 || Date.now() > until) return left;
    await sleep(100);
  }
}

async function replay(recording: Recording): Promise<Answer> {
  const { method, path, headers, body } = recording.request;
  const time = recording.name.includes('future') ? '2999-01-01T00:00:00Z' : '2000-01-01T00:00:00Z';
  const answer = await send(
    method,
    names.fill(path.replaceAll('<TS:Z>', time)),
    headers,
    bodyOf(recording, body),
  );
  if (recording.name === 'def_create_quote_alias') {
    names.bind('defQuote', (JSON.parse(answer.text) as { definition_id: string }).definition_id);
  }
  return answer;
}

function bodyOf(recording: Recording, body: unknown): string | Buffer | undefined {
  if (recording.request.method === 'GET' || recording.request.method === 'DELETE') return undefined;
  if (recording.request.method === 'OPTIONS') return undefined;
  if (typeof body === 'string') return body;
  const text = names.fill(JSON.stringify(body));
  return recording.name.includes('invalid_utf8') ? Buffer.from(text, 'latin1') : text;
}

async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer | undefined,
): Promise<Answer> {
  const response = await fetch(`${flotilla.url}${path}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
