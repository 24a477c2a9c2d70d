import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Schemas } from '../../client/client.ts';
import { eventually } from '../support/eventually.ts';
import { attemptsOf } from '../support/observe.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { cluster, flotilla } = sharedFlotilla();

/** Two streams that are written at about the same time come in any order. */
function sorted(log: string): string[] {
  return log.split('\n').toSorted();
}

test('a run goes from QUEUED to STOPPED with its code, its log and its place', async () => {
  const run = await flotilla().run('echo hello; exit 3');
  const over = await flotilla().until(run.run_id, 'STOPPED');
  const [attempt] = await attemptsOf(flotilla(), run.run_id);
  expect(attempt).toMatchObject({
    state: 'ended',
    exit_code: 3,
    failure_class: 'app-exit',
    pod_name: expect.stringMatching(new RegExp(`^${run.run_id}-`)),
    host: expect.stringMatching(/./),
  });
  expect(over).toMatchObject({
    exit_code: 3,
    attempt_count: 1,
    pod_name: attempt?.pod_name,
    namespace: cluster().namespace,
    instance: { dns_name: attempt?.host },
  });
  const steps = await flotilla().transitions(run.run_id);
  expect(steps.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'RUNNING', 'STOPPED']);
  const log = await flotilla().logOf(run.run_id);
  expect(sorted(log)).toEqual(sorted('+ echo hello\nhello\n+ exit 3\n'));
});

test('a run that exits with 0 is a success', async () => {
  const run = await flotilla().run('true');
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await attemptsOf(flotilla(), run.run_id)).toMatchObject([
    { exit_code: 0, failure_class: null },
  ]);
});

test('the job sees every variable as it was said, however odd its value', async () => {
  const values = {
    PLAIN: 'x',
    REFERENCE: '$(PLAIN) $$(PLAIN) $PLAIN $$ $',
    QUOTES: `'"\`$(exit 9)\\ \\n`,
    LINES: 'one\ntwo\n\n',
    TABS: '\t a  b \r',
    UNICODE: '日本 🚀 é\u0301',
    EMPTY: '',
    'odd.name-1': 'dots and dashes',
    EQUALS: '=a=b=',
  };
  // The trace is read apart from the output: after a pause it does not come in between.
  const alias = await flotilla().define('set +x; sleep 1; env -0 | sort -z | tr "\\0" "\\1"', {
    env: [
      { name: 'FROM_DEFINITION', value: 'definition $(PLAIN)' },
      { name: 'PLAIN', value: 'overlaid' },
    ],
  });
  const env = Object.entries(values).map(([name, value]) => ({ name, value }));
  const run = await flotilla().execute(alias, { env });
  await flotilla().until(run.run_id, 'STOPPED');
  const log = await flotilla().logOf(run.run_id);
  const seen = { ...values, FROM_DEFINITION: 'definition $(PLAIN)', FLOTILLA_RUN_ID: run.run_id };
  for (const [name, value] of Object.entries(seen)) expect(log).toContain(`${name}=${value}\u0001`);
});

test('what its cluster said of a run can be read when its Job is long gone', async () => {
  const run = await flotilla().run('exit 0');
  await flotilla().until(run.run_id, 'STOPPED');
  await cluster().kubectl('delete', 'job', run.run_id, '--namespace', cluster().namespace);
  const reasons = async (): Promise<string[]> => {
    const path = `/api/v8/runs/${run.run_id}/events`;
    const { events } = await flotilla().api.json<{ events: Schemas['Event'][] }>('GET', path);
    return events.map(({ reason }) => reason);
  };
  await eventually('its events are there', async () => {
    const told = new Set(await reasons());
    return ['SuccessfulCreate', 'Scheduled', 'Created', 'Started'].every((one) => told.has(one));
  });
  const old = await flotilla().api.json<{ total: number; pod_events: { reason: string }[] }>(
    'GET',
    `/api/v6/${run.run_id}/events`,
  );
  expect(old.total).toBe((await reasons()).length);
  expect(old.pod_events.map(({ reason }) => reason)).toContain('Scheduled');
});

test('what the cluster was given can be read, as YAML', async () => {
  const run = await flotilla().run('echo "it: is"', { cpu: 500, memory: 600 });
  await flotilla().until(run.run_id, 'STOPPED');
  const path = `/api/v8/runs/${run.run_id}/manifest`;
  const response = await flotilla().api.request('GET', path);
  expect(response.headers.get('content-type')).toContain('application/yaml');
  const containers = [
    {
      image: cluster().images.bash,
      command: ['bash', '-l', '-cex', 'echo "it: is"'],
      resources: { requests: { cpu: '500m', memory: '600M' } },
    },
  ];
  expect(parse(await response.text())).toMatchObject({
    kind: 'Job',
    metadata: { name: run.run_id, namespace: cluster().namespace },
    spec: { backoffLimit: 0, template: { spec: { containers } } },
  });
});

test('a run that takes longer than it may is ended, and says so', async () => {
  const alias = await flotilla().define('sleep 60');
  const run = await flotilla().execute(alias, { active_deadline_seconds: 2 });
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({
    exit_code: 1,
    exit_reason: 'JobRun exceeded specified timeout of 2 seconds',
  });
  const attempts = await attemptsOf(flotilla(), run.run_id);
  expect(attempts).toMatchObject([{ failure_class: 'deadline' }]);
});

test('of a hundred runs at once each runs exactly once', async () => {
  const alias = await flotilla().define(cluster().ledger.noteAttempt('crowd'));
  const runs = await Promise.all(
    Array.from({ length: 100 }, () => flotilla().execute(alias, { memory: 512, cpu: 250 })),
  );
  // One after the other: a hundred pollers would keep the machine busy.
  for (const { run_id: id } of runs) {
    expect(await flotilla().until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
    expect(cluster().ledger.attempts('crowd', id)).toEqual([1]);
  }
});
