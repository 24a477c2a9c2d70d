import { expect, test } from 'vitest';
import { readMessage } from '../../../../engines/eks-spark/queue-message.ts';
import { RUN } from '../../../support/spark/spec.ts';

const event = (more: object = {}) => ({
  source: 'aws.emr-containers',
  'detail-type': 'EMR Job Run State Change',
  time: '2026-08-31T17:27:50Z',
  detail: { id: '1', name: RUN, virtualClusterId: 'vc1', state: 'COMPLETED', stateDetails: 'done' },
  ...more,
});

test('an event is a job run in its state', () => {
  const at = new Date('2026-08-31T17:27:50Z');
  expect(readMessage(JSON.stringify(event()))).toEqual({
    kind: 'item',
    item: {
      at,
      jobRun: {
        id: '1',
        name: RUN,
        virtualClusterId: 'vc1',
        state: 'COMPLETED',
        stateDetails: 'done',
        finishedAt: at,
      },
    },
  });
});

test.each([
  ['{', 'poison'],
  ['{"a": 1}', 'poison'],
  [JSON.stringify(event({ detail: {} })), 'poison'],
  [JSON.stringify(event({ time: 'soon' })), 'poison'],
  [JSON.stringify(event({ source: 'aws.ecs' })), 'other'],
  [JSON.stringify(event({ 'detail-type': 'EMR Configuration Error' })), 'other'],
])('%s is %s', (body, kind) => {
  expect(readMessage(body).kind).toBe(kind);
});
