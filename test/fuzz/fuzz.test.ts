import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSchemathesis } from '../support/provision/schemathesis.ts';
import { withKnown, type Document } from './document.ts';
import { fuzz } from './schemathesis.ts';
import { startTarget, type Target } from './target.ts';

const inCi = process.env['CI'] === 'true';
// Before the server is up: a process that waits for pip answers nobody.
const schemathesis = inCi
  ? findSchemathesis((text) => process.stdout.write(`${text}\n`))
  : { why: 'needs minutes, and Schemathesis from PyPI: CI=true runs it' };
const dir = mkdtempSync(join(tmpdir(), 'flotilla-fuzz-'));
const document = join(dir, 'openapi.json');

let target: Target;
beforeAll(async () => {
  target = await startTarget();
  const { api } = target.flotilla;
  const served = await api.json<Document>('GET', '/api/openapi.json');
  const cursorOf = async (path: string): Promise<string[]> => {
    const page = await api.json<{ next_cursor: string }>('GET', `${path}?limit=1`);
    return [page.next_cursor];
  };
  const ofRuns = await cursorOf('/api/v8/runs');
  const cursors = {
    '/api/v8/runs': ofRuns,
    '/api/v8/runs/{run_id}/children': ofRuns,
    '/api/v8/runs/{run_id}/events': ofRuns,
    '/api/v8/definitions': await cursorOf('/api/v8/definitions'),
  };
  writeFileSync(document, JSON.stringify(withKnown(served, target.known, cursors)));
});
afterAll(async () => {
  await target.flotilla.stop();
  rmSync(dir, { recursive: true, force: true });
});

const AS_DOCUMENTED = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
/** v1 to v7 take more than their document says, as flotilla-os does. */
const STRICT = [...AS_DOCUMENTED, 'negative_data_rejection', 'positive_data_acceptance'];

const v8 = ['--include-path-regex', '^/api/v8/'];
// A run needs a definition and a cluster that exist and perhaps an owner, which no schema can say; nor can one say
// which object is a JSON Schema and which text a template.
const SEMANTIC = [
  'launchRun',
  'launchTemplate',
  'createTemplate',
  'previewDraft',
  'previewTemplate',
];
const launch = SEMANTIC.flatMap((id) => ['--include-operation-id', id]);
const LAUNCH = STRICT.filter((check) => check !== 'positive_data_acceptance');

test.for([
  {
    name: 'v8 answers as its document says, and refuses all else',
    select: [...v8, ...SEMANTIC.flatMap((id) => ['--exclude-operation-id', id])],
    checks: STRICT,
    examples: 40,
  },
  {
    name: 'so do the launches of runs, and what has a schema or a template in it',
    select: launch,
    checks: LAUNCH,
    examples: 40,
  },
  {
    name: 'v1 to v7 answer as their document says',
    select: ['--include-path-regex', '^/api/v[1-7]/'],
    checks: AS_DOCUMENTED,
    examples: 20,
  },
])('$name', async ({ select, checks, examples }, { skip }) => {
  if ('why' in schemathesis) {
    // There, everything can be had.
    if (inCi) throw new Error(schemathesis.why);
    return skip(schemathesis.why);
  }
  const { command } = schemathesis;
  const { url } = target.flotilla;
  const { code, report } = await fuzz({ command, document, url, dir, select, checks, examples });
  expect(code === 0 ? '' : report).toBe('');
  expect(await target.damage()).toEqual([]);
});
