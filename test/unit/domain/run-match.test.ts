import { describe, expect, test } from 'vitest';
import { matchesNow, mayMatch, type MatchedRun, type RunMatch } from '../../../domain/run-match.ts';

const ANY: RunMatch = {
  statuses: null,
  exit: null,
  cluster: null,
  alias: null,
  aliasContains: null,
  owner: null,
  definitionId: null,
  group: null,
  engine: null,
  queuedSince: null,
  queuedUntil: null,
  finishedSince: null,
  finishedUntil: null,
  env: [],
};
const AT = new Date('2026-01-31T12:00:00Z');
const RUN: MatchedRun = {
  status: 'STOPPED',
  exitCode: 0,
  clusterName: 'gpu',
  alias: 'nightly-report',
  user: 'ada',
  definitionId: 'd',
  groupName: 'g',
  engine: 'eks',
  queuedAt: AT,
  finishedAt: AT,
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '' },
  ],
};
const before = new Date(AT.getTime() - 1);
const after = new Date(AT.getTime() + 1);

describe('what never changes of a run', () => {
  test.each<[Partial<RunMatch>, boolean]>([
    [{}, true],
    [{ statuses: ['QUEUED'], exit: 'failed' }, true],
    [{ cluster: 'gpu', owner: 'ada', group: 'g', engine: 'eks', definitionId: 'd' }, true],
    [{ cluster: 'GPU' }, false],
    [{ alias: 'nightly' }, false],
    [{ aliasContains: 'ly-rep' }, true],
    [{ aliasContains: 'Rep' }, false],
    [{ queuedSince: before, queuedUntil: after }, true],
    [{ queuedSince: AT }, false],
    [{ queuedUntil: AT }, false],
    [
      {
        env: [
          ['A', '1'],
          ['B', ''],
        ],
      },
      true,
    ],
    [{ env: [['A', null]] }, true],
    [{ env: [['A', '2']] }, false],
    [{ env: [['C', null]] }, false],
  ])('%j: %s', (match, expected) => {
    expect(mayMatch({ ...ANY, ...match }, RUN)).toBe(expected);
  });

  test('a run that has nothing matches what asks for nothing only', () => {
    const bare = { ...RUN, alias: null, queuedAt: null, env: null, clusterName: null };
    expect(mayMatch(ANY, bare)).toBe(true);
    const more: Partial<RunMatch>[] = [
      { aliasContains: '' },
      { queuedUntil: after },
      { env: [['A', null]] },
    ];
    for (const match of more) {
      expect(mayMatch({ ...ANY, ...match }, bare)).toBe(false);
    }
  });
});

test.each<[Partial<RunMatch>, Partial<MatchedRun>, boolean]>([
  [{}, {}, true],
  [{ statuses: ['QUEUED', 'STOPPED'] }, {}, true],
  [{ statuses: ['QUEUED'] }, {}, false],
  [{ exit: 'succeeded' }, {}, true],
  [{ exit: 'failed' }, {}, false],
  [{ exit: 'failed' }, { exitCode: null }, true],
  [{ exit: 'failed' }, { exitCode: null, status: 'RUNNING' }, false],
  [{ exit: 'succeeded' }, { status: 'RUNNING' }, false],
  [{ finishedSince: before, finishedUntil: after }, {}, true],
  [{ finishedSince: AT }, {}, false],
  [{ finishedUntil: AT }, {}, false],
  [{ finishedUntil: after }, { status: 'RUNNING', finishedAt: null }, false],
])('%j, a run with %j now: %s', (match, run, expected) => {
  expect(matchesNow({ ...ANY, ...match }, { ...RUN, ...run })).toBe(expected);
});
