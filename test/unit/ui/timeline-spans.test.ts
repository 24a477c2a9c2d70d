import { describe, expect, test } from 'vitest';
import type { Schemas } from '../../../client/client.ts';
import { ticksOf, timelineOf } from '../../../ui/pages/run/timeline-spans.ts';

type Transition = Schemas['Transition'];

const START = Date.UTC(2026, 0, 31, 12);

function step(
  seconds: number,
  status: Transition['status'],
  attempt: number,
  reason: string | null = null,
): Transition {
  const at = new Date(START + seconds * 1_000).toISOString();
  return { position: `1.${seconds}`, status, attempt, at, reason, actor: null, evidence: null };
}

/** `STATUS from-to`, in seconds after the beginning. */
function drawn(transitions: Transition[], nowSeconds: number): Record<number, string[]> {
  const times = timelineOf(transitions, START + nowSeconds * 1_000);
  const seconds = (ms: number): number => (ms - START) / 1_000;
  return Object.fromEntries(
    (times?.lanes ?? []).map(({ attempt, spans }) => [
      attempt,
      spans.map(
        (one) => `${one.status} ${seconds(one.from)}-${seconds(one.to)}${one.open ? '…' : ''}`,
      ),
    ]),
  );
}

describe('where the time of a run went', () => {
  test('each attempt has its own waiting', () => {
    const steps = [
      step(0, 'QUEUED', 0),
      step(5, 'PENDING', 1),
      step(8, 'RUNNING', 1),
      step(60, 'NEEDS_RETRY', 1, 'the node was lost'),
      step(70, 'QUEUED', 2),
      step(72, 'PENDING', 2),
      step(73, 'RUNNING', 2),
      step(99, 'STOPPED', 2),
    ];
    expect(drawn(steps, 1_000)).toEqual({
      1: ['QUEUED 0-5', 'PENDING 5-8', 'RUNNING 8-60', 'NEEDS_RETRY 60-70'],
      2: ['QUEUED 70-72', 'PENDING 72-73', 'RUNNING 73-99'],
    });
  });

  test('what goes on goes on until now', () => {
    expect(drawn([step(0, 'QUEUED', 0), step(5, 'PENDING', 1)], 30)).toEqual({
      1: ['QUEUED 0-5', 'PENDING 5-30…'],
    });
  });

  test('a clock of this machine that is behind makes no time run backwards', () => {
    expect(drawn([step(10, 'QUEUED', 0)], 0)).toEqual({ 1: ['QUEUED 10-10…'] });
  });

  test('reasons that are given on the way are notes of one span', () => {
    const steps = [
      step(0, 'QUEUED', 0),
      step(1, 'QUEUED', 1, 'waiting for a slot'),
      step(9, 'QUEUED', 1, 'no worker'),
      step(20, 'PENDING', 1),
    ];
    const times = timelineOf(steps, START + 30_000);
    expect(times?.lanes[0]?.spans[0]).toMatchObject({ notes: ['waiting for a slot', 'no worker'] });
    expect(drawn(steps, 30)).toEqual({ 1: ['QUEUED 0-20', 'PENDING 20-30…'] });
  });

  test('nothing known is nothing drawn', () => {
    expect(timelineOf([], START)).toBeNull();
  });
});

test.each([
  [500, []],
  [4_000, [1_000, 2_000, 3_000, 4_000]],
  [60_000, [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]],
  [7_300_000, [1_800_000, 3_600_000, 5_400_000, 7_200_000]],
])('a scale of %i ms has few and round marks', (length, ticks) => {
  expect(ticksOf(length)).toEqual(ticks);
});

test('even a scale of years has few marks', () => {
  expect(ticksOf(3 * 365 * 24 * 3_600_000).length).toBeLessThanOrEqual(6);
});
