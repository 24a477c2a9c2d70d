import { describe, expect, test } from 'vitest';
import { queryOf, type RunFilter } from '../../../ui/api/run-filter.ts';
import {
  chipsOf,
  filterOfSearch,
  searchOfFilter,
  toggled,
  withValue,
} from '../../../ui/pages/runs/search.ts';

const FULL: RunFilter = {
  status: ['RUNNING', 'STOPPED'],
  alias_contains: 'report',
  group: 'nightly',
  owner: 'ada',
  cluster: 'default',
  engine: 'local',
  exit: 'failed',
  queued_since: '2026-01-31T12:00:00.000Z',
  finished_until: '2026-02-01T12:00:00.000Z',
  env: ['DAY=2026-01-31', 'NAME=a,b'],
};

describe('filters of runs in the address', () => {
  test('come back as they went', () => {
    expect(filterOfSearch(searchOfFilter(FULL))).toEqual(FULL);
    expect(filterOfSearch(searchOfFilter({}))).toEqual({});
    expect(filterOfSearch(searchOfFilter({ env: ['A=1'] }))).toEqual({ env: ['A=1'] });
  });

  test.each<[string, Record<string, unknown>, RunFilter]>([
    ['a list of statuses', { status: ['RUNNING', 'QUEUED'] }, { status: ['QUEUED', 'RUNNING'] }],
    ['an unknown status', { status: 'ASLEEP,RUNNING' }, { status: ['RUNNING'] }],
    ['a task whose name is a number', { alias_contains: 7 }, { alias_contains: '7' }],
    ['no time', { queued_since: 'yesterday', finished_since: 'soon' }, {}],
    ['an unknown engine', { engine: 'steam' }, {}],
    ['an unknown outcome', { exit: 'maybe' }, {}],
    ['a variable without a name', { env: ['=1', 'A'] }, { env: ['A'] }],
    ['what is not of a filter', { page: 3, owner: { a: 1 } }, {}],
  ])('%s', (_name, search, filter) => {
    expect(filterOfSearch(search)).toEqual(filter);
  });

  test('are what the API is asked, many as many', () => {
    expect(queryOf({ status: ['RUNNING', 'QUEUED'], env: ['A=b c'] })).toBe(
      'env=A%3Db+c&status=RUNNING&status=QUEUED',
    );
    expect(queryOf({})).toBe('');
  });
});

describe('chips', () => {
  test('say what is set but the status, and each leads to the filter without it', () => {
    const chips = chipsOf(FULL, (iso) => iso.slice(0, 10));
    expect(chips.map(({ label }) => label)).toEqual([
      'task contains: report',
      'group: nightly',
      'owner: ada',
      'cluster: default',
      'queued after: 2026-01-31',
      'ended before: 2026-02-01',
      'engine: local',
      'failed',
      'env DAY=2026-01-31',
      'env NAME=a,b',
    ]);
    const { owner: _, ...withoutOwner } = FULL;
    expect(chips[2]?.without).toEqual(withoutOwner);
    expect(chips.at(-1)?.without).toEqual({ ...FULL, env: ['DAY=2026-01-31'] });
  });

  test('the last variable takes the filter with it', () => {
    expect(chipsOf({ env: ['A'] }, String)[0]?.without).toEqual({});
  });
});

test('a status is put in and taken out; all of them are none', () => {
  expect(toggled({}, 'RUNNING')).toEqual({ status: ['RUNNING'] });
  expect(toggled({ status: ['RUNNING'], owner: 'ada' }, 'RUNNING')).toEqual({ owner: 'ada' });
  const four: RunFilter = { status: ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'] };
  expect(toggled(four, 'STOPPED')).toEqual({});
});

test('an empty value is no filter', () => {
  expect(withValue({ env: ['A'] }, 'env', [])).toEqual({});
  expect(withValue({ owner: 'ada' }, 'owner', '')).toEqual({});
  expect(withValue({}, 'owner', 'ada')).toEqual({ owner: 'ada' });
});
