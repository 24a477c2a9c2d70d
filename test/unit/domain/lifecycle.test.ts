import { expect, test } from 'vitest';
import { verdictOfEnding } from '../../../domain/lifecycle/ending.ts';
import { isAhead, isTerminal, STATUSES } from '../../../domain/lifecycle/status.ts';

test('statuses are ahead of each other in the order of a life, NEEDS_RETRY before all', () => {
  const order = ['NEEDS_RETRY', 'QUEUED', 'PENDING', 'RUNNING', 'STOPPED'] as const;
  for (const [i, current] of order.entries()) {
    for (const [j, next] of order.entries()) expect(isAhead(current, next)).toBe(j > i);
  }
  expect(STATUSES.filter(isTerminal)).toEqual(['STOPPED']);
});

test.each([
  [{ kind: 'stop', by: null }, 1, 'Task terminated by user'],
  [{ kind: 'stop', by: 'bob@x.io' }, 1, 'Task terminated by - bob@x.io'],
  [{ kind: 'deadline', seconds: 60 }, 1, 'JobRun exceeded specified timeout of 60 seconds'],
  [{ kind: 'status', by: null, exitCode: 5, exitReason: 'enough' }, 5, 'enough'],
] as const)(
  '%j stops a run with the code and words of flotilla-os',
  (ending, exitCode, exitReason) => {
    expect(verdictOfEnding(ending)).toEqual({ kind: 'stopped', exitCode, exitReason });
  },
);

test('a declared NEEDS_RETRY leads to another attempt soon', () => {
  const verdict = verdictOfEnding({ kind: 'retry', by: 'ada', reason: 'host is odd' });
  expect(verdict).toEqual({ kind: 'retry', reason: 'host is odd', backoffSeconds: 1 });
});
