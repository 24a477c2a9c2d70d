import { expect, test } from 'vitest';
import { newRunId } from '../../../../domain/run.ts';
import { clientTokenOf, refOfStartedBy, startedByOf } from '../../../../engines/ecs/names.ts';

test('a task says which attempt it is of', () => {
  const ref = { runId: newRunId('ecs'), attempt: 12 };
  expect(refOfStartedBy(startedByOf(ref))).toEqual(ref);
  expect(startedByOf(ref)).toMatch(/^[-/_A-Za-z0-9]{1,128}$/);
});

test.each([
  undefined,
  '',
  'flotilla',
  'ecs-svc/1234567890123456789',
  'ecs-svc/12345',
  'ecs-11111111-1111/1',
  `${newRunId('ecs')}/0`,
  newRunId('ecs'),
  `other-${newRunId('ecs')}/1`,
])('a task started by %s is not ours', (startedBy) => {
  expect(refOfStartedBy(startedBy)).toBeNull();
});

test('each attempt has a token of its own, of a length that ECS takes', () => {
  const runId = newRunId('ecs');
  const tokens = [1, 2].map((attempt) => clientTokenOf({ runId, attempt }));
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^[!-~]{1,64}$/);
});
