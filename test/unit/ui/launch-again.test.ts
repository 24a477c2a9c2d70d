import { expect, test } from 'vitest';
import { launchOf } from '../../../ui/api/launch-again.ts';
import { curlOf } from '../../../ui/pages/run/curl.ts';
import { aRun, reservedEnv } from './a-run.ts';

const RUN = aRun({
  env: [
    ...reservedEnv('local-1', 'ada'),
    { name: 'DAY', value: '1' },
    { name: 'PARENT_FLOTILLA_RUN_ID', value: 'local-0' },
  ],
  command: 'echo hi',
  memory_mb: 256,
  node_lifecycle: 'spot',
  active_deadline_seconds: 60,
  description: '',
  tier: '4',
  idempotence_key: 'once',
});

test('a run that is launched again asks for the same, as a run of its own', () => {
  expect(launchOf(RUN)).toEqual({
    definition_id: 'reports-1',
    owner: 'ada',
    cluster: 'default',
    engine: 'local',
    env: [{ name: 'DAY', value: '1' }],
    command: 'echo hi',
    memory_mb: 256,
    node_lifecycle: 'spot',
    active_deadline_seconds: 60,
    tier: '4',
  });
});

test('a run without a definition is launched by its alias, and of labels only those that it has', () => {
  const run = { ...RUN, definition_id: null, labels: { team: 'data' }, env: [] };
  expect(launchOf(run)).toMatchObject({ alias: 'report', labels: { team: 'data' }, env: [] });
});

test('the call for a shell survives quotes, and does not write the token out', () => {
  const text = curlOf('http://localhost:3000', { alias: "ada's", env: [] }, true);
  expect(text.split('\n')[0]).toBe(
    String.raw`curl -X POST 'http://localhost:3000/api/v8/runs' ` + '\\',
  );
  expect(text).toContain(String.raw`"alias": "ada'\''s"`);
  expect(text).toContain('-H "authorization: Bearer $FLOTILLA_TOKEN"');
  expect(curlOf('http://localhost:3000', { alias: 'a' }, false)).not.toContain('authorization');
});
