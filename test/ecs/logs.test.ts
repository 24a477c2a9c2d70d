import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import type { EcsEngine } from '../../engines/ecs/engine.ts';
import type { AttemptSpec } from '../../engines/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { eventually } from '../support/eventually.ts';
import { useEngines, type Bed } from './engines.ts';

let bed: Bed;
useEngines((given) => (bed = given), { settings: { log_page: 7 } });

const forever = new AbortController().signal;

function spec(command: string, fault = ''): AttemptSpec {
  const made = attemptSpec(command, { image: 'registry.example/job:1', ...limitedTo(64) });
  const faults: [string, string][] = fault === '' ? [] : [['FLOTILLA_TEST_FAULT', fault]];
  return { ...made, environment: new Map([...made.environment, ...faults]) };
}

async function begun(engine: EcsEngine, job: AttemptSpec): Promise<string> {
  const launched = await engine.launch(job, forever, register);
  if (launched === null) throw new Error('the launch was withdrawn');
  return launched.externalId;
}

async function over(engine: EcsEngine, externalId: string): Promise<void> {
  await eventually('it is over', async () => {
    const found = await engine.describe(externalId);
    return found.kind === 'found' && found.job.phase === 'STOPPED';
  });
}

async function logOf(engine: EcsEngine, externalId: string, from = 0): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of engine.logs(externalId, from)) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

const lines = (count: number): string =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}`).join('\n');

test('a log of many pages has every line once', async () => {
  const engine = bed.open();
  const id = await begun(engine, spec('set +x; for i in $(seq 50); do echo line $i; done'));
  await over(engine, id);
  const log = await logOf(engine, id);
  expect(log.endsWith(lines(50))).toBe(true);
  expect(log.match(/^line \d+$/gm)).toHaveLength(50);
  expect(await engine.logSize(id)).toBe(log.length);
  expect(await logOf(engine, id, log.length - 7)).toBe('line 50');
});

test('a log group that was not there is made, and keeps its logs as long as configured', async () => {
  const group = '/flotilla/kept';
  const engine = bed.open('ec2', { ecs_log_namespace: group, ecs_log_retention_days: 5 });
  await over(engine, await begun(engine, spec('true')));
  const logs = new CloudWatchLogsClient(bed.ecs.client);
  const query = new DescribeLogGroupsCommand({ logGroupNamePrefix: group });
  const { logGroups } = await logs.send(query);
  logs.destroy();
  expect(logGroups).toMatchObject([{ logGroupName: group, retentionInDays: 5 }]);
});

test('a log is followed to its end, and resumed at any place in another process', async () => {
  const engine = bed.open();
  const id = await begun(
    engine,
    spec('set +x; for i in $(seq 20); do echo line $i; sleep 0.1; done'),
  );
  const options = { follow: true, signal: forever };
  let text = '';
  let cursor: string | null = null;
  const cursors: { cursor: string; at: number }[] = [];
  for await (const chunk of engine.tail(id, cursor, options)) {
    text += Buffer.from(chunk.bytes).toString();
    cursor = chunk.cursor;
    cursors.push({ cursor, at: text.length });
  }
  expect(text.endsWith(lines(20))).toBe(true);
  for (const { cursor: from, at } of cursors) {
    let rest = '';
    for await (const { bytes } of bed.open().tail(id, from, { ...options, follow: false })) {
      rest += Buffer.from(bytes).toString();
    }
    expect(text.slice(0, at) + rest).toBe(text);
  }
  // A token that is no longer good: the same place, found from the head.
  let rest = '';
  for await (const { bytes } of engine.tail(id, '10 f/gone', { ...options, follow: false })) {
    rest += Buffer.from(bytes).toString();
  }
  expect(text.slice(0, 10) + rest).toBe(text);
});

test('what comes late, after the end of the job, is waited for', async () => {
  const engine = bed.open();
  const id = await begun(
    engine,
    spec('set +x; for i in $(seq 10); do echo line $i; done', 'log-late'),
  );
  await over(engine, id);
  expect((await logOf(engine, id)).endsWith(lines(10))).toBe(true);
});

test('a log that is elsewhere says where, and keeps what is secret', async () => {
  const options = { 'splunk-url': 'https://splunk.example.com', 'splunk-token': 'secret' };
  const engine = bed.open('ec2', {
    ecs_log_driver_name: 'splunk',
    ecs_log_driver_options: options,
  });
  const id = await begun(engine, spec('true'));
  await over(engine, id);
  const log = await logOf(engine, id);
  expect(log).toContain('log driver splunk has it (splunk-url https://splunk.example.com)');
  expect(log).not.toContain('secret');
});

test('a task that never started has no log, and one without a stream says so', async () => {
  const engine = bed.open();
  const id = await begun(engine, spec('true', 'image-not-found'));
  await over(engine, id);
  expect(await logOf(engine, id)).toBe('');
  const none = `${id.slice(0, -6)}000000`;
  await expect(logOf(engine, none)).rejects.toMatchObject({ code: 'not_found' });
  expect(await engine.logSize(none)).toBeNull();
});
