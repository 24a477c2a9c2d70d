import { expect, test } from 'vitest';
import { isHostLevel } from '../../../../domain/outcome.ts';
import type { Inspected } from '../../../../engines/docker/daemon.ts';
import { judge, type Circumstances } from '../../../../engines/docker/outcome.ts';

const NEVER = '0001-01-01T00:00:00Z';
const STARTED = '2026-11-25T10:00:00.5Z';
const FINISHED = '2026-11-25T10:05:00.25Z';
const calm: Circumstances = { mark: null, outages: [], bootedAt: null, initError: null };

function container(state: Partial<Inspected['State']>): Inspected {
  const none = {
    Running: false,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: STARTED,
    FinishedAt: FINISHED,
  };
  return { State: { ...none, ...state } } as Inspected;
}

const outcomeOf = (state: Partial<Inspected['State']>, by: Partial<Circumstances> = {}) =>
  judge(container(state), { ...calm, ...by }).outcome;

test('one that was never started waits, and one that was barred is over', () => {
  const unstarted = container({ StartedAt: NEVER, FinishedAt: NEVER });
  expect(judge(unstarted, calm)).toMatchObject({ phase: 'PENDING', outcome: null });
  expect(judge(unstarted, { ...calm, mark: 'ended' })).toMatchObject({
    phase: 'STOPPED',
    alive: false,
    outcome: { exitCode: null, reason: 'ended before it started' },
  });
});

test('one that runs, or is paused, runs', () => {
  const running = container({ Running: true, FinishedAt: NEVER });
  expect(judge(running, calm)).toMatchObject({ phase: 'RUNNING', alive: true, note: null });
  const paused = container({ Running: true, Paused: true, FinishedAt: NEVER });
  expect(judge(paused, calm)).toMatchObject({ phase: 'RUNNING', note: 'its container is paused' });
});

test('exit codes are the job’s own', () => {
  expect(outcomeOf({})).toMatchObject({ exitCode: 0, failure: null });
  expect(outcomeOf({ ExitCode: 3 })).toMatchObject({
    exitCode: 3,
    failure: 'app-exit',
    startedAt: new Date(STARTED),
    finishedAt: new Date(FINISHED),
  });
  expect(outcomeOf({ ExitCode: 137 })).toMatchObject({ exitCode: 137, failure: 'app-exit' });
});

test('OOMKilled counts for a job that was killed, not for one that took it', () => {
  expect(outcomeOf({ ExitCode: 137, OOMKilled: true })).toMatchObject({
    exitCode: 137,
    reason: 'OOMKilled',
    failure: 'oom',
  });
  expect(outcomeOf({ OOMKilled: true })).toMatchObject({ exitCode: 0, failure: null });
});

test('what the init could not run did not start', () => {
  const initError = 'exec bash failed: No such file or directory';
  expect(outcomeOf({ ExitCode: 127 }, { initError })).toMatchObject({
    failure: 'start-error',
    reason: `cannot start: the image has no bash, which runs the command (${initError})`,
  });
});

test('one that is removed while it runs was removed, whatever its code says', () => {
  const removing = { Status: 'removing', ExitCode: 137 };
  expect(outcomeOf(removing)).toMatchObject({
    exitCode: null,
    failure: 'unknown',
    reason: expect.stringContaining('its container was removed'),
  });
  expect(outcomeOf(removing, { mark: 'ended' })).toMatchObject({ exitCode: 137 });
  expect(outcomeOf({ Status: 'removing', ExitCode: 3 })).toMatchObject({ exitCode: 3 });
});

const outage = {
  from: new Date('2026-11-25T10:05:02Z'),
  until: new Date('2026-11-25T10:05:20Z'),
};

test.each([143, 137, 255])('code %i at the time of an outage is the daemon’s doing', (code) => {
  const outcome = outcomeOf({ ExitCode: code }, { outages: [outage] });
  expect(outcome).toMatchObject({ exitCode: null, failure: 'host-fault' });
  expect(outcome?.evidence).toContain('2026-11-25T10:05:02.000Z to 2026-11-25T10:05:20.000Z');
  expect(isHostLevel('host-fault')).toBe(true);
});

test.each([
  ['another code', { ExitCode: 1 }, {}],
  ['long before the outage', { ExitCode: 143, FinishedAt: '2026-11-25T10:03:00Z' }, {}],
  ['long after it', { ExitCode: 143, FinishedAt: '2026-11-25T10:09:00Z' }, {}],
  ['of a job that began after it', { ExitCode: 143, StartedAt: '2026-11-25T10:05:10Z' }, {}],
  ['of a job that we ended', { ExitCode: 143 }, { mark: 'ended' as const }],
])('%s is the job’s own', (_, state, by) => {
  expect(outcomeOf(state, { outages: [outage], ...by })).toMatchObject({
    failure: 'app-exit',
    exitCode: state.ExitCode,
  });
});

test('a host that booted under a job lost it', () => {
  const bootedAt = new Date('2026-11-25T10:04:00Z');
  expect(outcomeOf({ ExitCode: 255 }, { bootedAt })).toMatchObject({
    exitCode: null,
    failure: 'host-lost',
  });
  const before = new Date('2026-11-25T09:00:00Z');
  expect(outcomeOf({ ExitCode: 255 }, { bootedAt: before })).toMatchObject({ failure: 'app-exit' });
});
