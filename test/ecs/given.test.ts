import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { flotillaOn, type EcsFlotilla } from './flotilla.ts';

let ecs: Ecs;
let client: ECSClient;
const on = {} as Record<'ec2' | 'fargate', EcsFlotilla>;
useEcs((given) => void (ecs = given));
beforeAll(async () => {
  client = new ECSClient(ecs.client);
  const config = { retry_on_oom: true, retry_max_attempts: 2 };
  on.ec2 = await flotillaOn(ecs, { on: 'ec2', config });
  on.fargate = await flotillaOn(ecs, { on: 'fargate', config });
});
afterAll(async () => {
  await Promise.all(Object.values(on).map((flotilla) => flotilla.stop()));
  client.destroy();
});

/** What ECS was asked to give each task of a run, in CPU units and megabytes. */
async function givenBy({ tasksOf }: EcsFlotilla, runId: string): Promise<object[]> {
  const answers = (await tasksOf(runId)).map(async ({ family }) => {
    const query = new DescribeTaskDefinitionCommand({ taskDefinition: family });
    const { taskDefinition } = await client.send(query);
    const [container] = taskDefinition?.containerDefinitions ?? [];
    expect(container).toBeDefined();
    return {
      given_cpu_millicores:
        taskDefinition?.cpu === undefined ? container?.cpu : Number(taskDefinition.cpu),
      given_memory_mb: container?.memory,
    };
  });
  return Promise.all(answers);
}

const attempts = async (
  { api }: EcsFlotilla,
  runId: string,
): Promise<Record<string, unknown>[]> => {
  const path = `/api/v8/runs/${runId}/attempts`;
  return (await api.json<{ attempts: Record<string, unknown>[] }>('GET', path)).attempts;
};

test.concurrent.for([
  [
    'ec2',
    { cpu: 300, memory: 700 },
    [{ given_cpu_millicores: 300, given_memory_mb: 700, sizing: null }],
  ],
  ['ec2', {}, [{ given_cpu_millicores: 256, given_memory_mb: 512 }]],
  ['fargate', { cpu: 256, memory: 1024 }, [{ given_memory_mb: 1024, sizing: null }]],
  ['fargate', { cpu: 300, memory: 700 }, [{ given_cpu_millicores: 512, given_memory_mb: 1024 }]],
  ['fargate', { cpu: 256, memory: 3000 }, [{ given_cpu_millicores: 512, given_memory_mb: 3072 }]],
] as const)(
  'on %s a run that asks for %o is recorded as it was given',
  async ([where, asked, is]) => {
    const flotilla = on[where];
    const alias = await flotilla.define('true', { memory: undefined, ...asked });
    const { run_id: id } = await flotilla.execute(alias);
    expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
    const recorded = await attempts(flotilla, id);
    expect(recorded).toMatchObject(is);
    expect(recorded).toMatchObject(await givenBy(flotilla, id));
  },
);

test.concurrent(
  'on Fargate an attempt after one that was killed for memory gets the next size',
  async () => {
    const flotilla = on.fargate;
    const alias = await flotilla.define('sleep 1', {
      memory: 512,
      env: [{ name: 'FLOTILLA_TEST_FAULT', value: 'out-of-memory@1' }],
    });
    const { run_id: id } = await flotilla.execute(alias);
    expect(await flotilla.until(id, 'STOPPED')).toMatchObject({ exit_code: 0 });
    const recorded = await attempts(flotilla, id);
    expect(recorded).toMatchObject([{ given_memory_mb: 512 }, { given_memory_mb: 1024 }]);
    expect(recorded).toMatchObject(await givenBy(flotilla, id));
    const retry = (await flotilla.transitions(id)).find(({ status }) => status === 'NEEDS_RETRY');
    expect(retry?.reason).toContain('the next attempt gets 1024 MB');
  },
);
