import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeAll, afterAll, expect, test } from 'vitest';
import type { EcsEngine } from '../../engines/ecs/engine.ts';
import type { AttemptSpec, Job } from '../../engines/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { eventually } from '../support/eventually.ts';
import { useEngines, type Bed } from './engines.ts';

let bed: Bed;
let sqs: SQSClient;
useEngines((given) => (bed = given));
beforeAll(() => (sqs = new SQSClient(bed.ecs.client)));
afterAll(() => sqs.destroy());

const forever = new AbortController().signal;

function spec(command: string, fault = '', mode: string | null = null): AttemptSpec {
  const made = attemptSpec(command, { image: 'registry.example/job:1', ...limitedTo(64) });
  const more = Object.entries({
    ...(fault === '' ? {} : { FLOTILLA_TEST_FAULT: fault }),
    ...(mode === null ? {} : { FLOTILLA_SERVER_MODE: mode }),
  });
  return { ...made, environment: new Map([...made.environment, ...more]) };
}

const launch = async (engine: EcsEngine, job: AttemptSpec): Promise<Job> => {
  const launched = await engine.launch(job, forever, register);
  if (launched === null) throw new Error('the launch was withdrawn');
  return launched;
};

/** What a watch tells, as it tells it, until it is stopped. */
function watching(engine: EcsEngine): { jobs: Job[]; stop(): Promise<void> } {
  const stop = new AbortController();
  const jobs: Job[] = [];
  const done = (async () => {
    for await (const change of engine.watch(stop.signal)) {
      if (change.kind === 'job') jobs.push(change.job);
    }
  })();
  return {
    jobs,
    async stop() {
      stop.abort();
      await done;
    },
  };
}

const phases = (jobs: readonly Job[], { runId }: AttemptSpec): string[] =>
  jobs.filter((job) => job.runId === runId).map(({ phase }) => phase);
const isOver = (jobs: readonly Job[], job: AttemptSpec) => () =>
  phases(jobs, job).includes('STOPPED');

async function counts(): Promise<{ visible: number; hidden: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: bed.url, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages']),
    hidden: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
  };
}

test.each(['event-twice', 'events-out-of-order'])(
  'after its end nothing more is told of a job, with %s',
  async (fault) => {
    const engine = bed.open();
    const watch = watching(engine);
    const job = spec('exit 3', fault);
    await launch(engine, job);
    await eventually('it is told', isOver(watch.jobs, job));
    await eventually('the queue is empty', async () => {
      const { visible, hidden } = await counts();
      return visible + hidden === 0;
    });
    await watch.stop();
    expect(phases(watch.jobs, job).filter((phase) => phase === 'STOPPED')).toHaveLength(1);
    expect(phases(watch.jobs, job).at(-1)).toBe('STOPPED');
  },
);

test('a message that nobody can read is taken off the queue and kept in the log', async () => {
  const engine = bed.open();
  const watch = watching(engine);
  for (const body of ['no json', '{"source":"aws.ecs"}', '[]']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: bed.url, MessageBody: body }));
  }
  const job = spec('true');
  await launch(engine, job);
  await eventually('it is told', isOver(watch.jobs, job));
  await eventually('the queue is empty', async () => {
    const { visible, hidden } = await counts();
    return visible + hidden === 0;
  });
  await watch.stop();
  expect(bed.warnings.filter((text) => text.includes('no json'))).toHaveLength(1);
});

test('one queue serves two clusters, and a change goes to whoever watches its own', async () => {
  const [here, there] = [bed.open('ec2'), bed.open('fargate')];
  const watch = watching(here);
  const [ours, theirs] = [spec('true'), spec('exit 4')];
  await launch(there, theirs);
  await launch(here, ours);
  await eventually('ours is told', isOver(watch.jobs, ours));
  const other = watching(there);
  await eventually('theirs is told, to them', isOver(other.jobs, theirs));
  await eventually('the queue is empty', async () => {
    const { visible, hidden } = await counts();
    return visible + hidden === 0;
  });
  await Promise.all([watch.stop(), other.stop()]);
  expect(phases(watch.jobs, theirs)).toEqual([]);
  expect(phases(other.jobs, ours)).toEqual([]);
});

test('jobs of another installation are not told, and their changes stay in the queue', async () => {
  const engine = bed.open();
  const [before, foreign, ours] = [
    spec('sleep 2', '', 'elsewhere'),
    spec('true', '', 'elsewhere'),
    spec('true', '', 'test'),
  ];
  await launch(engine, before);
  const watch = watching(engine);
  await launch(engine, foreign);
  await launch(engine, ours);
  await eventually('ours is told', isOver(watch.jobs, ours));
  await watch.stop();
  expect(phases(watch.jobs, foreign)).toEqual([]);
  expect(phases(watch.jobs, before)).toEqual([]);
  const { visible, hidden } = await counts();
  expect(visible + hidden).toBeGreaterThan(0);
});

test('an end whose event is lost is in the list', async () => {
  const engine = bed.open();
  const job = spec('exit 5', 'event-lost:STOPPED');
  const { externalId } = await launch(engine, job);
  const listed = await eventually('the list has its end', async () => {
    const pages = [await engine.list(null), await engine.list('STOPPED')];
    return pages
      .flatMap(({ jobs }) => jobs)
      .find((one) => one.externalId === externalId && one.phase === 'STOPPED');
  });
  expect(listed.outcome).toMatchObject({ exitCode: 5 });
});

test('what ECS has forgotten is told by the queue; before that it is no outcome', async () => {
  const engine = bed.open();
  await bed.ecs.control.holdEvents();
  const job = spec('exit 6');
  const { externalId } = await launch(engine, job);
  await eventually('it is over', async () => {
    const found = await engine.describe(externalId);
    return found.kind === 'found' && found.job.phase === 'STOPPED';
  });
  await bed.ecs.control.forget([externalId]);
  expect(await bed.open().describe(externalId)).toMatchObject({ kind: 'unknown' });
  const watch = watching(engine);
  await bed.ecs.control.releaseEvents();
  await eventually('it is told', isOver(watch.jobs, job));
  expect(await engine.describe(externalId)).toMatchObject({
    kind: 'found',
    job: { outcome: { exitCode: 6 } },
  });
  await watch.stop();
});

test('nor is it while somebody has fetched messages and not yet taken them', async () => {
  const engine = bed.open();
  const { externalId } = await launch(engine, spec('exit 6'));
  await eventually('it is over', async () => {
    const found = await engine.describe(externalId);
    return found.kind === 'found' && found.job.phase === 'STOPPED';
  });
  await bed.ecs.control.forget([externalId]);
  await eventually('all messages are fetched', async () => {
    const hidden = { MaxNumberOfMessages: 10, VisibilityTimeout: 30 };
    await sqs.send(new ReceiveMessageCommand({ QueueUrl: bed.url, ...hidden }));
    return (await counts()).visible === 0;
  });
  expect(await bed.open().describe(externalId)).toMatchObject({
    kind: 'unknown',
    reason: expect.stringMatching(/messages of the queue are not taken yet/) as string,
  });
});

test('without a queue the cluster says that only the sweep tells', async () => {
  const engine = bed.open('ec2', { queue_status: undefined });
  expect(await engine.probe()).toContain('no queue: changes are told by the sweep');
  expect(await bed.open().probe()).toMatch(/^ACTIVE: \d+ container instances, \d+ tasks running/);
  const none = bed.open('ec2', { queue_status: 'there-is-none' });
  const first = none.watch(forever)[Symbol.asyncIterator]();
  await expect(
    (async () => {
      for (;;) if ((await first.next()).done === true) return;
    })(),
  ).rejects.toMatchObject({ code: 'unavailable' });
});
