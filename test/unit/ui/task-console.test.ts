import { expect, test } from 'vitest';
import { taskConsoleUrl } from '../../../ui/pages/run/task-console.ts';

test('an ECS task is linked to, other jobs are not', () => {
  const arn = 'arn:aws:ecs:eu-west-1:123456789012:task/batch/0f9de17a6465404e8b1b2356dc13c2f8';
  expect(taskConsoleUrl(arn)).toBe(
    'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/batch/tasks/0f9de17a6465404e8b1b2356dc13c2f8?region=eu-west-1',
  );
  const others = [null, '', '4711', 'jobs/eks-1/uid', 'arn:aws:ecs:eu-west-1:1:cluster/batch'];
  expect(others.map(taskConsoleUrl)).toEqual(others.map(() => null));
});
