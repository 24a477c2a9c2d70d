import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import type { Engine } from '../../engines/engine.ts';
import { attemptSpec, register } from '../support/attempt-spec.ts';
import { eventually } from '../support/eventually.ts';
import { shellSpark, useEngines, type Bed } from './engines.ts';

let bed: Bed;
useEngines((given) => void (bed = given));

const forever = new AbortController().signal;
const job = (command: string) => attemptSpec('', { spark: shellSpark(command) });

async function messages(): Promise<number> {
  const sqs = new SQSClient(bed.spark.client);
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const query = { QueueUrl: bed.queue.url, AttributeNames: [...names] };
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand(query));
  sqs.destroy();
  return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}

/** The runs that a watch tells of, until it is stopped. */
function watching(engine: Engine): { told: string[]; stop(): Promise<void> } {
  const stop = new AbortController();
  const told: string[] = [];
  const ended = (async () => {
    for await (const change of engine.watch(stop.signal)) {
      if (change.kind === 'job') told.push(`${change.job.runId} ${change.job.phase}`);
    }
  })();
  return {
    told,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

test('what is for another installation is left to it, also by who listens first', async () => {
  const [other, ours] = [bed.open({ flotilla_mode: 'other' }), bed.open()];
  const spec = job('sleep 0.5');
  const theirs = watching(other);
  await sleep(500);
  await ours.launch(spec, forever, register);
  await eventually('it is over', async () => {
    const found = await ours.find(spec);
    return found.kind === 'found' && found.job.phase === 'STOPPED';
  });
  await sleep(1_500);
  await theirs.stop();
  expect(theirs.told).toEqual([]);
  expect(await messages()).toBeGreaterThan(0);
  const own = watching(ours);
  await eventually('we are told', () => own.told.includes(`${spec.runId} STOPPED`));
  await own.stop();
  expect((await other.list('over')).jobs).toEqual([]);
  await Promise.all([other.close(), ours.close()]);
});

test('a message that nobody can read is taken off the queue, and said', async () => {
  const engine = bed.open();
  const watch = watching(engine);
  const sqs = new SQSClient(bed.spark.client);
  const MessageBody = 'nonsense';
  await sqs.send(new SendMessageCommand({ QueueUrl: bed.queue.url, MessageBody }));
  sqs.destroy();
  // A fetch that was given up may still have got it, and hides it for a minute.
  const said = (): boolean => bed.warnings.some((text) => text.includes('nonsense'));
  await eventually('it is said', said, 90_000);
  await watch.stop();
  expect(bed.warnings.filter((text) => text.includes('nonsense'))).toHaveLength(1);
  await engine.close();
}, 120_000);
