import { describe, expect, test } from 'vitest';
import { headlineOf, ordinal, type Facts } from '../../../ui/pages/run/headline.ts';
import { aRun } from './a-run.ts';

type Run = Facts['run'];
type Transition = Facts['transitions'][number];
type Event = Facts['events'][number];

const START = Date.UTC(2026, 0, 31, 12);
/** @param seconds after the run was queued */
const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

const RUN = aRun();

function step(
  seconds: number,
  status: Transition['status'],
  reason: string | null = null,
  attempt = 1,
): Transition {
  const position = `1.${seconds}`;
  return { position, status, attempt, at: at(seconds), reason, actor: null, evidence: null };
}

function warning(seconds: number, message: string, count = 1): Event {
  const [uid, reason, source] = [`${seconds}`, 'Failed', 'kubelet'];
  return { uid, attempt: 1, count, at: at(seconds), type: 'Warning', reason, source, message };
}

function lineOf(
  run: Partial<Run>,
  transitions: Transition[],
  seconds: number,
  events: Event[] = [],
) {
  const facts: Facts = {
    run: { ...RUN, ...run },
    transitions,
    events,
    now: START + seconds * 1_000,
  };
  return headlineOf(facts).text;
}

describe('a run that waits', () => {
  test('says for what', () => {
    const steps = [step(0, 'QUEUED'), step(1, 'QUEUED', 'waiting for a slot on default (3 ahead)')];
    expect(lineOf({}, steps, 125)).toBe(
      'Queued 2 min 5 s: waiting for a slot on default (3 ahead)',
    );
  });

  test('says where it goes before anything is known', () => {
    expect(lineOf({}, [], 12)).toBe('Queued 12 s: it is to be launched on default');
  });

  test('says what the attempt before it died of', () => {
    const steps = [
      step(0, 'QUEUED'),
      step(1, 'RUNNING'),
      step(50, 'NEEDS_RETRY', 'the node was lost'),
      step(60, 'QUEUED', 'attempt 2', 2),
    ];
    expect(lineOf({}, steps, 80)).toBe(
      'Queued 20 s: attempt 2 is to begin, after the node was lost',
    );
  });
});

describe('a run whose command has not begun', () => {
  const steps = [step(0, 'QUEUED'), step(10, 'PENDING')];

  test('says what the cluster says of it', () => {
    const told = [...steps, step(20, 'PENDING', 'the image cannot be fetched now')];
    expect(lineOf({ status: 'PENDING' }, told, 130)).toBe(
      'Pending 2 min: the image cannot be fetched now',
    );
  });

  test('says what the cluster warned of last, and how often', () => {
    const events = [
      warning(40, 'image pull is retrying', 2),
      warning(5, 'of before'),
      warning(30, 'x'),
    ];
    expect(lineOf({ status: 'PENDING' }, steps, 130, events)).toBe(
      'Pending 2 min: image pull is retrying (2nd time)',
    );
  });

  test('does not take what the engine leaves out for trouble', () => {
    const event = { ...warning(40, 'image not used'), source: 'flotilla' };
    expect(lineOf({ status: 'PENDING' }, steps, 22, [event])).toBe(
      'Pending 12 s: default has the job, its command has not begun',
    );
  });
});

test('a run that is being stopped says when TERM was sent, and when KILL is due', () => {
  const steps = [step(0, 'QUEUED'), step(20, 'RUNNING')];
  const run: Partial<Run> = {
    status: 'RUNNING',
    stop_requested_at: at(100),
    stop_requested_by: 'ada',
  };
  const asked = (seconds: number): Event => ({
    ...warning(seconds, 'TERM was sent; KILL follows after 30 s'),
    type: 'Normal',
    reason: 'EndAsked',
    source: 'flotilla',
  });
  expect(lineOf(run, steps, 103)).toBe('Stopping, asked just now by ada');
  expect(lineOf(run, steps, 113, [asked(50)])).toBe('Stopping, asked 13 s ago by ada');
  expect(lineOf(run, steps, 113, [asked(101)])).toBe(
    'Stopping, asked 13 s ago by ada, TERM sent 12 s ago, KILL in 18 s',
  );
  const told = [...steps, step(132, 'RUNNING', 'still ending: pod x is still ending')];
  expect(lineOf(run, told, 135, [asked(101)])).toBe(
    'Stopping, asked 35 s ago by ada, TERM sent 34 s ago, KILL was due 4 s ago: still ending: pod x is still ending',
  );
});

describe('a run that runs', () => {
  const steps = [step(0, 'QUEUED'), step(10, 'PENDING'), step(20, 'RUNNING')];

  test('says for how long and how long it may', () => {
    const run: Partial<Run> = {
      status: 'RUNNING',
      started_at: at(20),
      active_deadline_seconds: 3_600,
      attempt_count: 2,
    };
    expect(lineOf(run, steps, 620)).toBe(
      'Running 10 min, 2nd attempt: it may run for another 50 min',
    );
  });

  test('says nothing of a limit that is far away', () => {
    const run: Partial<Run> = {
      status: 'RUNNING',
      started_at: at(20),
      active_deadline_seconds: 172_800,
    };
    expect(lineOf(run, steps, 620)).toBe('Running 10 min');
  });

  test('says who asked for its end, and what is in the way', () => {
    const run: Partial<Run> = {
      status: 'RUNNING',
      stop_requested_at: at(100),
      stop_requested_by: 'ada',
    };
    expect(lineOf(run, steps, 112)).toBe('Stopping, asked 12 s ago by ada');
    const told = [...steps, step(105, 'RUNNING', 'still ending: the pod is there')];
    expect(lineOf(run, told, 112)).toBe(
      'Stopping, asked 12 s ago by ada: still ending: the pod is there',
    );
  });
});

test('a run that is tried again says why', () => {
  const steps = [step(0, 'QUEUED'), step(1, 'RUNNING'), step(50, 'NEEDS_RETRY', 'exit code 1')];
  expect(lineOf({ status: 'NEEDS_RETRY' }, steps, 54)).toBe(
    'Needs retry 4.0 s: exit code 1; attempt 2 follows',
  );
});

describe('a run that is over', () => {
  const over: Partial<Run> = { status: 'STOPPED', started_at: at(10), finished_at: at(192) };
  test.each<[Partial<Run>, string, string]>([
    [{ exit_code: 0 }, 'good', 'Succeeded after 3 min 2 s'],
    [{ exit_code: 0, attempt_count: 3 }, 'good', 'Succeeded after 3 min 2 s, 3rd attempt'],
    [
      { exit_code: 137, exit_reason: 'OOMKilled' },
      'bad',
      'Failed with exit code 137 after 3 min 2 s: OOMKilled',
    ],
    [
      {
        exit_code: 1,
        exit_reason: 'Task terminated',
        stop_requested_at: at(150),
        stop_requested_by: 'ada',
      },
      'bad',
      'Stopped by ada after 3 min 2 s: Task terminated',
    ],
    [{ started_at: null }, 'bad', 'Stopped: its outcome is not known'],
  ])('%j', (run, tone, text) => {
    const facts = { run: { ...RUN, ...over, ...run }, transitions: [], events: [], now: START };
    expect(headlineOf(facts)).toEqual({ tone, text });
  });
});

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [22, '22nd'],
  [112, '112th'],
])('%i is the %s', (number, text) => {
  expect(ordinal(number)).toBe(text);
});
