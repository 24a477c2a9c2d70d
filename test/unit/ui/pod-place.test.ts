import { expect, test } from 'vitest';
import { describeOf, podPlaceOf, podUrlOf } from '../../../ui/pages/run/pod-place.ts';

const PLACE = { cluster: 'prod eu', namespace: 'jobs', pod: 'flotilla-1-x7' };

test.each([
  ['jobs/flotilla-1/0f3a-11', 'flotilla-1-x7', { ...PLACE }],
  ['jobs/flotilla-1/0f3a-11', null, null],
  ['local-a8/1', 'x', null],
  ['arn:aws:ecs:eu-west-1:1:task/prod/0f3a', 'x', null],
  [null, 'x', null],
])('external id %s and pod %s', (external_id, pod_name, expected) => {
  expect(podPlaceOf({ cluster: 'prod eu', external_id, pod_name })).toEqual(expected);
});

test('a link is the template with its parts encoded, and http or https only', () => {
  expect(podUrlOf('https://headlamp.example/c/{cluster}/pods/{namespace}/{pod}', PLACE)).toBe(
    'https://headlamp.example/c/prod%20eu/pods/jobs/flotilla-1-x7',
  );
  const odd = { ...PLACE, pod: '../"><b>?a=b' };
  expect(podUrlOf('https://h/{pod}', odd)).toBe('https://h/..%2F%22%3E%3Cb%3E%3Fa%3Db');
  expect(podUrlOf('javascript:alert(1)//{pod}', PLACE)).toBeNull();
  expect(podUrlOf('{pod}', PLACE)).toBeNull();
});

test('without a link there is the command', () => {
  expect(describeOf(PLACE)).toBe('kubectl -n jobs describe pod flotilla-1-x7');
  expect(describeOf({ ...PLACE, pod: 'x; rm -rf /' })).toBeNull();
});
