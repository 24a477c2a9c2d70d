import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { runInBash, type Session } from './bash.ts';
import { curlsOf, type Commands, type Curl } from './curls.ts';
import { differences } from './shown.ts';

/** What no test can run, and why. Of a block with such a curl nothing is run. */
const NOT_RUN = [
  {
    document: 'README.md',
    curl: 'curl -XPUT localhost:3000/api/v6/task/alias/hello-flotilla/execute',
    why: 'a cluster of ECS; test/ecs/readme.test.ts has one, and runs the section',
  },
  {
    document: 'docs/authentication.md',
    curl: 'https://flotilla.example/api/v6/history',
    why: 'a server of somebody, behind TLS, with a token of its own',
  },
  {
    document: 'docs/adopting-a-database.md',
    curl: 'http://old/api/v5/worker/submit',
    why: 'the flotilla-os that is to be replaced',
  },
];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);
const DOCUMENTS = ['README.md', ...FILES.toSorted()]
  .map((document) => ({ document, all: curlsOf(readFileSync(`${ROOT}/${document}`, 'utf8')) }))
  .filter(({ all }) => all.length > 0);

describe.each(toRun())('%s', (_name, run) => {
  let flotilla: TestFlotilla;
  let session: Session;

  beforeAll(async () => {
    flotilla = await startFlotilla();
    session = await runInBash(
      run.map(({ bash }) => bash),
      flotilla.url,
    );
  }, 180_000);
  afterAll(() => flotilla.stop());

  test.each(named(run))('%s', (_text, curl) => {
    const answer = session.answerTo(curl.id);
    if (answer === null) expect.fail(`it was never called: ${session.errors}`);
    const { status, errors, body } = answer;
    const wanted = curl.status === null ? /^2\d\d$/ : new RegExp(`^${curl.status}$`);
    expect(String(status), `${errors} ${body}`).toMatch(wanted);
    if (curl.answer !== null) expect(differences(curl.answer, body)).toEqual([]);
  });
});

test('what is not run is in the documents', () => {
  const stale = NOT_RUN.filter(
    (entry) =>
      !DOCUMENTS.some(({ document, all }) =>
        all.some((commands) => reasonOf(document, commands) === entry.why),
      ),
  );
  expect(stale).toEqual([]);
});

function reasonOf(document: string, { curls }: Commands): string | undefined {
  return NOT_RUN.find(
    (entry) => entry.document === document && curls.some(({ text }) => text.includes(entry.curl)),
  )?.why;
}

/** Each document with what is run of it. */
function toRun(): [string, Commands[]][] {
  return DOCUMENTS.map(({ document, all }): [string, Commands[]] => [
    document,
    all.filter((commands) => reasonOf(document, commands) === undefined),
  ]).filter(([, run]) => run.length > 0);
}

function named(run: readonly Commands[]): [string, Curl][] {
  return run.flatMap(({ curls }) =>
    curls.map((curl): [string, Curl] => [`line ${curl.line}: ${curl.text}`, curl]),
  );
}
