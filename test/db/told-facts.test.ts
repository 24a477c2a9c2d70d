import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordPodEvents } from '../../db/cluster-facts.ts';
import { seedCluster } from '../../db/clusters.ts';
import { openRun } from '../../db/open-run.ts';
import { recordPlaces } from '../../db/places.ts';
import type { JobEvent } from '../../domain/job-event.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seedCluster(database.db, { name: 'default', engine: 'local', region: '' });
});
afterAll(() => database.close());

const TIMING = { stopGraceSeconds: 1, lookSeconds: 60 };

test('an event is news once, however often it is listed or counted on', async () => {
  const runId = await acceptRun(database);
  const event: JobEvent = {
    ref: { runId, attempt: 1 },
    uid: 'a',
    count: 1,
    at: new Date(),
    type: 'Normal',
    reason: 'TriggeredScaleUp',
    source: 'cluster-autoscaler',
    message: 'pod triggered scale-up',
  };
  const news = { reason: 'TriggeredScaleUp', source: 'cluster-autoscaler' };
  expect(await recordPodEvents(database.db, [event])).toMatchObject([news]);
  expect(await recordPodEvents(database.db, [event])).toEqual([]);
  expect(await recordPodEvents(database.db, [{ ...event, count: 5 }])).toEqual([]);
});

test('a run moves when it goes from one pod to another, not when it gets its first', async () => {
  const runId = await acceptRun(database);
  await openRun(database.db, runId, TIMING);
  const inPod = (pod: string, host: string | null) => [
    { ref: { runId, attempt: 1 }, place: { pod, host, namespace: null, container: null } },
  ];
  expect(await recordPlaces(database.db, inPod('one', null))).toBe(0);
  expect(await recordPlaces(database.db, inPod('one', 'node-1'))).toBe(0);
  expect(await recordPlaces(database.db, inPod('two', null))).toBe(1);
  expect(await recordPlaces(database.db, inPod('two', null))).toBe(0);
});
