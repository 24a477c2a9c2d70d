import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STATUSES } from '../../../domain/lifecycle/status.ts';
import { FAILURE_CLASSES, outcomeWith, type FailureClass } from '../../../domain/outcome.ts';
import { decide, type RetryPolicy } from '../../../domain/retry.ts';
import { anchorOf } from '../../../ui/pages/help/links.ts';

const POLICY: RetryPolicy = {
  max_attempts: 5,
  backoff_seconds: 10,
  retry_on_unknown: false,
  exit_codes: [],
  retry_on_oom: false,
  oom_memory_factor: 1.5,
};
const source = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
const headings = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);

const STATUSES_MD = source('docs/statuses.md');
const QUEUED_MD = source('docs/stuck-in-queued.md');

/** The cells of the row that links to a heading, without the link itself. */
function rowOf(anchor: string): string[] {
  const row = STATUSES_MD.split('\n').find((line) => line.startsWith(`| [${anchor}](#`)) ?? '';
  return row
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

test('the document of statuses has a part for each status and class, and for nothing else', () => {
  const parts = [...STATUSES_MD.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
  expect(parts).toEqual(expect.arrayContaining([...STATUSES, ...FAILURE_CLASSES]));
  expect(parts).toHaveLength(STATUSES.length + FAILURE_CLASSES.length);
});

test.each([...STATUSES])('status %s has a row', (status) => {
  expect(rowOf(status).filter((cell) => cell !== '')).toHaveLength(2);
});

test.each([...FAILURE_CLASSES])('what is said of retries of %s is what is done', (failure) => {
  const [happened = '', retried = ''] = rowOf(failure);
  expect(happened).not.toBe('');
  expect(retried).toMatch(verdictFor(failure, POLICY) === 'retry' ? /^yes$/ : /^no\b/);
});

test.each([...FAILURE_CLASSES])('%s has what exit_reason says, and what to do', (failure) => {
  const [, part = ''] = STATUSES_MD.split(`### ${failure}\n`);
  const [text = ''] = part.split('\n### ');
  expect(text).toMatch(/^- In `exit_reason`: .+/m);
  expect(text).toMatch(/^- To do: .+/m);
});

test('the exceptions that rows name are those of a retry policy', () => {
  expect(rowOf('unknown')[1]).toContain('`retry_on_unknown`');
  expect(verdictFor('unknown', { ...POLICY, retry_on_unknown: true })).toBe('retry');
  expect(rowOf('oom')[1]).toContain('`retry_on_oom`');
  const memory = { givenMb: 100, ceilingMb: 1000 };
  const policy = { ...POLICY, retry_on_oom: true };
  expect(decide(outcomeWith({ failure: 'oom' }), policy, 1, memory).kind).toBe('retry');
});

function verdictFor(failure: FailureClass, policy: RetryPolicy): string {
  return decide(outcomeWith({ failure, evidence: 'seen' }), policy, 1).kind;
}

// What code says while a run waits, word by word; the document must know it.
describe.each([
  ['db/slots.ts', 'waiting for a slot on '],
  ['db/slots.ts', 'is no longer known'],
  ['db/slots.ts', 'is in status '],
  ['workflows/turn.ts', 'waits for its turn: launches of '],
  ['workflows/launch.ts', 'no worker serves cluster '],
  ['workflows/launch.ts', 'the worker that launched it went silent ('],
  ['workflows/end.ts', 'still ending: '],
  ['engines/local/launch.ts', 'this host is out of room: '],
  ['engines/local/launch.ts', 'cannot launch'],
  ['engines/ecs/launch.ts', 'cannot launch'],
  ['engines/ecs/launch.ts', 'no task for '],
  ['engines/eks/engine.ts', 'cannot launch'],
  ['engines/eks/engine.ts', 'is being deleted'],
  ['engines/eks/errors.ts', 'exceeded quota'],
])('a reason to wait of %s', (file, words) => {
  test(`"${words}" is explained`, () => {
    expect(source(file)).toContain(words);
    expect(QUEUED_MD).toContain(words);
  });
});

test.each([
  ['docs/statuses.md', STATUSES_MD],
  ['docs/stuck-in-queued.md', QUEUED_MD],
])('the links of %s lead to a heading that is there', (self, text) => {
  const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
  expect(links.length).toBeGreaterThan(5);
  const broken = links.filter(([, file = '', anchor]) => {
    const target = source(file === '' ? self : `docs/${file}`);
    return anchor !== undefined && !headings(target).map(anchorOf).includes(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});
