import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { isHostLevel } from '../../../../domain/outcome.ts';
import { judge, STOP_PREFIX, type Host } from '../../../../engines/ecs/outcome.ts';

const startedAt = new Date('2026-11-25T10:00:00Z');
const finishedAt = new Date('2026-11-25T10:05:00Z');

/** A task that is over. */
function over(more: Partial<Task> & { exitCode?: number; reason?: string }): Task {
  const { exitCode, reason, ...task } = more;
  const container = {
    name: 'run',
    lastStatus: 'STOPPED',
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
  };
  return {
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    startedAt,
    executionStoppedAt: finishedAt,
    containers: [container],
    ...task,
  };
}

const judged = (task: Task, host: Host | null = null) => judge(task, host).outcome;

test.each([
  ['PROVISIONING', 'PENDING'],
  ['PENDING', 'PENDING'],
  ['ACTIVATING', 'PENDING'],
  ['RUNNING', 'RUNNING'],
  ['DEACTIVATING', 'RUNNING'],
  ['STOPPING', 'RUNNING'],
  ['DEPROVISIONING', 'RUNNING'],
  ['STOPPED', 'STOPPED'],
])('a task that ECS calls %s is %s', (lastStatus, phase) => {
  expect(judge({ lastStatus, startedAt }).phase).toBe(phase);
});

test('a task that is asked to stop is not over before ECS says so', () => {
  const task = { lastStatus: 'RUNNING', desiredStatus: 'STOPPED', stoppedReason: 'because' };
  expect(judge(task)).toMatchObject({ phase: 'RUNNING', note: 'ECS is stopping it: because' });
});

test.each([
  [{ exitCode: 0 }, { exitCode: 0, failure: null }],
  [{ exitCode: 3 }, { exitCode: 3, failure: 'app-exit' }],
  [{ exitCode: 137 }, { exitCode: 137, failure: 'app-exit' }],
  [
    { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
    { exitCode: 137, failure: 'oom' },
  ],
  [
    {
      exitCode: 143,
      stopCode: 'SpotInterruption' as const,
      stoppedReason: 'Your Spot Task was interrupted.',
    },
    { exitCode: null, failure: 'preempted' },
  ],
  // It ended by itself while it was being taken away.
  [
    {
      exitCode: 7,
      stopCode: 'SpotInterruption' as const,
      stoppedReason: 'Your Spot Task was interrupted.',
    },
    { exitCode: 7, failure: 'app-exit' },
  ],
  [
    { exitCode: 143, stopCode: 'UserInitiated' as const, stoppedReason: 'Task stopped by user' },
    { exitCode: null, failure: 'deleted-by-hand' },
  ],
  [
    {
      exitCode: 143,
      stopCode: 'UserInitiated' as const,
      stoppedReason: `${STOP_PREFIX}stopped by ada`,
    },
    { exitCode: 143, failure: 'app-exit' },
  ],
])('an end with an exit code: %o', (task, outcome) => {
  expect(judged(over(task))).toMatchObject({ ...outcome, startedAt, finishedAt });
});

const EC2 = 'Error response from daemon: ';
describe('an end without an exit code', () => {
  const failed = (stoppedReason: string, reason?: string): Task =>
    over({
      stopCode: 'TaskFailedToStart',
      stoppedReason,
      ...(reason === undefined ? {} : { reason }),
    });

  test.each([
    ['Host EC2 (instance i-0123456789abcdef0) terminated.', 'host-lost'],
    ['Your Spot Task was interrupted.', 'preempted'],
    ['Timeout waiting for network interface provisioning to complete.', 'host-fault'],
    ['CannotCreateContainerError: mkdir /var/lib/docker/x: no space left on device', 'host-fault'],
    [`CannotStartContainerError: ${EC2}open /proc/self/fd: too many open files`, 'host-fault'],
    [
      'DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s',
      'host-fault',
    ],
    [
      'CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ' +
        'registry.example/app:404: dial tcp 192.0.2.1:443: i/o timeout',
      'image-transient',
    ],
    [
      `CannotPullContainerError: ${EC2}Get "https://registry.example/v2/": net/http: request canceled ` +
        'while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'image-transient',
    ],
    [
      'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.',
      'image-transient',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: RequestError: send request failed ' +
        'caused by: Post "https://api.ecr": dial tcp 10.0.0.1:443: i/o timeout',
      'host-fault',
    ],
  ])('%s: another attempt may fare better', (words, failure) => {
    for (const task of [failed(words), failed('Task failed to start', words)]) {
      const outcome = judged(task);
      expect(outcome).toMatchObject({ exitCode: null, failure });
      expect(outcome?.evidence).toContain(words);
      expect(outcome?.failure != null && isHostLevel(outcome.failure)).toBe(true);
    }
  });

  test.each([
    [
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ' +
        'registry.example/timeout-app:v500: registry.example/timeout-app:v500: not found',
      'image-permanent',
    ],
    [
      `CannotPullContainerError: ${EC2}manifest for app:1 not found: manifest unknown: manifest unknown`,
      'image-permanent',
    ],
    [
      `CannotPullContainerError: ${EC2}pull access denied for app, repository does not exist or may ` +
        `require 'docker login'`,
      'image-permanent',
    ],
    [
      "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/no' that was provided for this task.",
      'start-error',
    ],
    [
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval ' +
        'failed: AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue',
      'start-error',
    ],
    [
      `CannotStartContainerError: ${EC2}OCI runtime create failed: exec: "bash": executable file not found ` +
        'in $PATH',
      'start-error',
    ],
    ['OutOfMemoryError: Container killed due to memory usage', 'oom'],
    ['Essential container in task exited', 'unknown'],
    ['', 'unknown'],
  ])('%s: none will', (words, failure) => {
    const outcome = judged(failed(words));
    expect(outcome).toMatchObject({ exitCode: null, failure });
    expect(outcome?.reason).toContain(words);
    expect(outcome?.failure != null && isHostLevel(outcome.failure)).toBe(false);
  });

  test('of an instance that was deregistered counts only when EC2 says that it is gone', () => {
    const task = over({ stoppedReason: 'Container instance deregistration forced by user' });
    const host = { instanceId: 'i-1', evidence: 'EC2 says that instance i-1 is terminated' };
    expect(judged(task)?.failure).toBe('unknown');
    expect(judged(task, { ...host, state: 'silent' })?.failure).toBe('unknown');
    expect(judged(task, { ...host, state: 'gone' })).toMatchObject({ failure: 'host-lost' });
  });
});

test('an agent that is not connected is no outcome; an instance that is terminated is one', () => {
  const task = { lastStatus: 'RUNNING', desiredStatus: 'RUNNING', startedAt };
  const evidence = 'the agent of instance i-1 is not connected';
  const host: Host = { instanceId: 'i-1', state: 'silent', evidence };
  expect(judge(task, host)).toMatchObject({ phase: 'RUNNING', outcome: null, note: evidence });
  expect(judge(task, { ...host, state: 'gone' })).toMatchObject({
    phase: 'STOPPED',
    outcome: { exitCode: null, failure: 'host-lost', evidence },
  });
});
