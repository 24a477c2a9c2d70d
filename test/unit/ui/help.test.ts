import { describe, expect, test } from 'vitest';
import { anchorOf, targetOf } from '../../../ui/pages/help/links.ts';
import { helpPlace } from '../../../ui/parts/help-place.ts';

test.each([
  ['NEEDS_RETRY', 'needs_retry'],
  ['image-permanent', 'image-permanent'],
  ["What it says, and what's to do", 'what-it-says-and-whats-to-do'],
])('the heading "%s" has the anchor that GitHub gives it', (heading, anchor) => {
  expect(anchorOf(heading)).toBe(anchor);
});

test.each([
  ['#oom', { to: '.', hash: 'oom' }],
  ['statuses.md#stopped', { to: '/help/statuses', hash: 'stopped' }],
  ['stuck-in-queued.md', { to: '/help/queued', hash: '' }],
  ['operations.md#looking', null],
  ['https://example.com/', null],
])('a link of a document to %s', (href, target) => {
  expect(targetOf(href)).toEqual(target);
});

describe('what explains a run', () => {
  const STATUSES_PAGE = '/help/statuses';
  test.each([
    ['waits', 'QUEUED', [], { to: '/help/queued', hash: '' }],
    ['waits again', 'QUEUED', ['host-lost'], { to: '/help/queued', hash: '' }],
    ['runs', 'RUNNING', [null], { to: STATUSES_PAGE, hash: 'running' }],
    ['was a success', 'STOPPED', [null], { to: STATUSES_PAGE, hash: 'stopped' }],
    ['failed', 'STOPPED', ['host-lost', 'app-exit'], { to: STATUSES_PAGE, hash: 'app-exit' }],
    ['is to be retried', 'NEEDS_RETRY', ['evicted'], { to: STATUSES_PAGE, hash: 'evicted' }],
    ['is retried by hand', 'NEEDS_RETRY', [null], { to: STATUSES_PAGE, hash: 'needs_retry' }],
    ['is of no known status', null, [], { to: STATUSES_PAGE, hash: 'statuses' }],
  ] as const)('that %s', (_what, status, failures, place) => {
    const attempts = failures.map((failure_class) => ({ failure_class }));
    expect(helpPlace({ status }, attempts)).toEqual(place);
  });
});
