import { expect, test } from 'vitest';
import {
  stepEvents,
  submitEvent,
  taskStatusEvent,
  type ReportedRun,
} from '../../../domain/event-messages.ts';

const RUN: ReportedRun = {
  runId: 'eks-1',
  definitionId: 'g-1',
  alias: 'job',
  image: 'ubuntu',
  clusterName: 'clusta',
  command: 'true',
  exitCode: null,
  status: 'QUEUED',
  startedAt: null,
  finishedAt: null,
  instanceId: null,
  instanceDnsName: null,
  groupName: 'g',
  user: 'ada',
  taskType: 'task',
  env: [{ name: 'A', value: 'b' }],
  executableId: 'g-1',
  executableType: 'task_definition',
  tier: '4',
};
const NOW = new Date('2026-01-01T00:01:00Z');

test('a status event has the fields of flotilla-os, in its words and order', () => {
  expect(Object.entries(taskStatusEvent(RUN, NOW))).toEqual([
    ['eventClassName', 'FlotillaTaskStatus'],
    ['run_id', 'eks-1'],
    ['definition_id', 'g-1'],
    ['alias', 'job'],
    ['image', 'ubuntu'],
    ['cluster_name', 'clusta'],
    ['command', 'true'],
    ['status', 'QUEUED'],
    ['started_at', '0001-01-01T00:00:00Z'],
    ['finished_at', '0001-01-01T00:00:00Z'],
    ['duration', 0],
    ['instance_id', ''],
    ['instance_dns_name', ''],
    ['group_name', 'g'],
    ['user', 'ada'],
    ['task_type', 'task'],
    ['env', [{ name: 'A', value: 'b' }]],
    ['executable_id', 'g-1'],
    ['executable_type', 'task_definition'],
    ['Tier', '4'],
  ]);
});

test.each([
  ['while it runs', '2026-01-01T00:00:00Z', null, 60],
  ['when it is over', '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:02.5Z', 2.5],
  ['when it never began', null, '2026-01-01T00:00:02Z', 0],
])('duration %s', (_, startedAt, finishedAt, duration) => {
  expect(taskStatusEvent({ ...RUN, startedAt, finishedAt }, NOW)['duration']).toBe(duration);
});

test('steps taken at once are an event for each status; the end is told with the last', () => {
  const run = { ...RUN, status: 'STOPPED', exitCode: 3, finishedAt: NOW };
  const events = stepEvents(run, ['PENDING', 'RUNNING', 'RUNNING', 'STOPPED'], NOW);
  expect(events.map((event) => [event['status'], event['exit_code']])).toEqual([
    ['PENDING', undefined],
    ['RUNNING', undefined],
    ['STOPPED', 3],
  ]);
  expect(stepEvents(RUN, ['QUEUED'], NOW)).toHaveLength(1);
});

test('a submission names run and executable', () => {
  expect(submitEvent('eks-1', 'g-1')).toEqual({
    eventClassName: 'FlotillaSubmitTask',
    executable_id: 'g-1',
    run_id: 'eks-1',
  });
});
