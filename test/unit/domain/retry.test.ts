import { describe, expect, test } from 'vitest';
import {
  FAILURE_CLASSES,
  isHostLevel,
  unknownOutcome,
  type Outcome,
} from '../../../domain/outcome.ts';
import { decide, type RetryPolicy } from '../../../domain/retry.ts';

const POLICY: RetryPolicy = {
  max_attempts: 3,
  backoff_seconds: 10,
  retry_on_unknown: false,
  exit_codes: [],
  retry_on_oom: false,
  oom_memory_factor: 1.75,
};
const NOTHING = { startedAt: null, finishedAt: null, maxMemoryUsed: null, maxCpuUsed: null };

function outcome(fields: Partial<Outcome>): Outcome {
  return { exitCode: null, reason: null, failure: null, evidence: null, ...NOTHING, ...fields };
}

test("a job's own exit code is final", () => {
  const verdict = decide(outcome({ exitCode: 3, failure: 'app-exit' }), POLICY, 1);
  expect(verdict).toEqual({ kind: 'stopped', exitCode: 3, exitReason: null });
});

test('unless its definition asks to retry that code', () => {
  const policy = { ...POLICY, exit_codes: [75] };
  expect(decide(outcome({ exitCode: 75, failure: 'app-exit' }), policy, 1).kind).toBe('retry');
  expect(decide(outcome({ exitCode: 1, failure: 'app-exit' }), policy, 1).kind).toBe('stopped');
});

test.each(FAILURE_CLASSES.filter(isHostLevel))('%s with evidence needs a retry', (failure) => {
  const verdict = decide(outcome({ failure, reason: 'why', evidence: 'seen' }), POLICY, 1);
  expect(verdict).toEqual({ kind: 'retry', reason: 'why', backoffSeconds: 10 });
});

test.each(FAILURE_CLASSES.filter(isHostLevel))('%s without evidence is no retry', (failure) => {
  expect(decide(outcome({ failure, reason: 'why' }), POLICY, 1).kind).toBe('stopped');
});

test.each(FAILURE_CLASSES.filter((failure) => !isHostLevel(failure)))(
  '%s without an exit code stops',
  (failure) => {
    const verdict = decide(outcome({ failure, reason: 'why', evidence: 'seen' }), POLICY, 1);
    expect(verdict).toMatchObject({ kind: 'stopped', exitCode: null });
  },
);

test('an unknown outcome is retried only where the definition says so', () => {
  const unknown = unknownOutcome('the host is silent');
  expect(decide(unknown, POLICY, 1)).toEqual({
    kind: 'stopped',
    exitCode: null,
    exitReason: 'outcome unknown: the host is silent',
  });
  expect(decide(unknown, { ...POLICY, retry_on_unknown: true }, 1).kind).toBe('retry');
});

test('waits double and attempts end', () => {
  const lost = outcome({ failure: 'host-lost', reason: 'gone', evidence: 'boot id' });
  const wide = { ...POLICY, max_attempts: 20 };
  const waits = [1, 2, 3, 10].map((attempt) => decide(lost, wide, attempt));
  expect(waits.map((one) => (one.kind === 'retry' ? one.backoffSeconds : null))).toEqual([
    10, 20, 40, 600,
  ]);
  expect(decide(lost, POLICY, 3)).toEqual({
    kind: 'stopped',
    exitCode: null,
    exitReason: 'gone (gave up after 3 attempts)',
  });
});

describe('an attempt that was killed for memory', () => {
  const oom = outcome({ exitCode: 137, failure: 'oom', reason: 'OOMKilled', evidence: 'seen' });
  const policy = { ...POLICY, retry_on_oom: true };
  const room = (givenMb: number | null) => ({ givenMb, ceilingMb: 350_000 });

  test('is final unless its definition or the configuration says otherwise', () => {
    const final = { kind: 'stopped', exitCode: 137, exitReason: 'OOMKilled' };
    expect(decide(oom, POLICY, 1, room(512))).toEqual(final);
    expect(decide(oom, policy, 1, room(null))).toEqual(final);
  });

  test('is followed by one with more, and says how much', () => {
    expect(decide(oom, policy, 1, room(512))).toEqual({
      kind: 'retry',
      reason: 'OOMKilled with 512 MB; the next attempt gets 896 MB',
      backoffSeconds: 10,
    });
    expect(decide(oom, policy, 1, room(300_000))).toMatchObject({
      reason: 'OOMKilled with 300000 MB; the next attempt gets 350000 MB',
    });
  });

  test('is final where there is no more, whatever exit codes are retried', () => {
    for (const exit_codes of [[], [137]]) {
      expect(decide(oom, { ...policy, exit_codes }, 1, room(350_000))).toEqual({
        kind: 'stopped',
        exitCode: 137,
        exitReason: 'OOMKilled with 350000 MB, the most that an attempt can get',
      });
    }
  });

  test('promises nothing when it was the last', () => {
    expect(decide(oom, policy, 3, room(512))).toEqual({
      kind: 'stopped',
      exitCode: 137,
      exitReason: 'OOMKilled with 512 MB (gave up after 3 attempts)',
    });
  });
});
