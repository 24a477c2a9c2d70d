import { expect, test } from 'vitest';
import { mergeEvents, podEventOf, type RunEvent } from '../../../domain/run-events.ts';
import type { PodEvent } from '../../../domain/run.ts';

function written(message: string, timestamp?: string): PodEvent {
  return {
    ...(timestamp === undefined ? {} : { timestamp }),
    event_type: 'Warning',
    reason: 'Noted',
    source_object: 'flotilla',
    message,
  };
}

function seen(uid: string, second: number, more: Partial<RunEvent> = {}): RunEvent {
  return {
    uid,
    attempt: 1,
    count: 1,
    at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)),
    type: 'Normal',
    reason: 'Pulled',
    source: 'kubelet',
    message: uid,
    ...more,
  };
}

test('what the row and the cluster say is merged by time; what has none comes first', () => {
  const merged = mergeEvents(
    [written('at two', '2026-01-01T00:00:02Z'), written('never')],
    [seen('c', 3), seen('a', 1)],
  );
  expect(merged.map(({ message }) => message)).toEqual(['never', 'a', 'at two', 'c']);
});

test('the same at the same time is said once', () => {
  const same = { type: 'Warning', reason: 'Noted', source: 'flotilla', message: 'twice' };
  const merged = mergeEvents(
    [written('twice', '2026-01-01T00:00:01Z')],
    [seen('x', 1, same), seen('y', 2, same)],
  );
  expect(merged.map(({ uid }) => uid)).toEqual(['flotilla-0', 'y']);
});

test('in the words of flotilla-os a count is told where it is more than one', () => {
  expect(podEventOf(seen('a', 1, { count: 3 }))).toEqual({
    timestamp: '2026-01-01T00:00:01.000Z',
    event_type: 'Normal',
    reason: 'Pulled',
    source_object: 'kubelet',
    message: 'a',
    count: 3,
  });
  expect(podEventOf(seen('a', 1, { at: null }))).not.toHaveProperty('timestamp');
  expect(podEventOf(seen('a', 1))).not.toHaveProperty('count');
});
