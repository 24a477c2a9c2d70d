import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

interface Launched extends RunJson {
  user: string;
  engine: string;
  alias: string;
  group_name: string;
  task_type: string;
  executable_id: string;
  executable_type: string;
  command?: string;
  cpu?: number;
  memory?: number;
  tier?: string;
  description?: string;
  idempotence_key?: string;
  arch?: string;
  labels?: Record<string, string>;
  service_account?: string;
  node_lifecycle?: string;
  active_deadline_seconds?: number;
}

let flotilla: TestFlotilla;
let alias: string;
let id: string;
beforeAll(async () => {
  // As it was: one cluster of Kubernetes, where everything goes by default.
  const config = { eks_cluster_default: 'k8s', owner_id_var: 'OWNER' };
  flotilla = await startFlotilla({ worker: false, config });
  await seedCluster(flotilla.database.db, { name: 'k8s', engine: 'eks', region: '' });
  await seedCluster(flotilla.database.db, { name: 'tasks', engine: 'ecs', region: 'here' });
  alias = await flotilla.define('train', { memory: 700 });
  const defined = await flotilla.api.json<{ definition_id: string }>(
    'GET',
    `/api/v6/task/alias/${alias}`,
  );
  id = defined.definition_id;
});
afterAll(() => flotilla.stop());

const put = (path: string, body: object): Promise<Launched> =>
  flotilla.api.json<Launched>('PUT', `/api/${path}`, body);

/** Everything that any version lets a caller say. */
const EVERYTHING = {
  command: 'other',
  memory: 900,
  cpu: 300,
  node_lifecycle: 'ondemand',
  active_deadline_seconds: 77,
  env: [{ name: 'A', value: 'b' }],
  description: 'words',
  arch: 'arm64',
  labels: { team: 'data' },
  service_account: 'robot',
  tier: 'Tier2',
  run_tags: { owner_id: 'ada', owner_email: 'ada@example.org', team_name: 'data' },
};
const COMMON = {
  description: 'words',
  arch: 'arm64',
  labels: { team: 'data' },
  service_account: 'robot',
  tier: 'Tier2',
};
const FULL = {
  ...COMMON,
  command: 'other',
  memory: 900,
  cpu: 300,
  node_lifecycle: 'ondemand',
  active_deadline_seconds: 77,
};

const variables = (run: Launched): string[] => run.env.map(({ name, value }) => `${name}=${value}`);

/** What every run has before its own variables, in this order. */
const reserved = (run: Launched): string[] => [
  'FLOTILLA_SERVER_MODE=dev',
  `FLOTILLA_RUN_ID=${run.run_id}`,
  `AWS_ROLE_SESSION_NAME=${run.run_id}`,
  `OWNER=${run.user}`,
];

describe('v1', () => {
  test('knows nobody’s name, environment and tier, and nothing else', async () => {
    const run = await put(`v1/task/${id}/execute`, { ...EVERYTHING, engine: 'eks-spark' });
    expect(run).toMatchObject({
      ...{ status: 'QUEUED', user: 'v1-unknown', engine: 'eks', cluster: 'k8s', tier: 'Tier2' },
      ...{ command: 'train', node_lifecycle: 'spot', active_deadline_seconds: 172_800 },
      ...{ alias, definition_id: id, executable_id: id, executable_type: 'task_definition' },
      ...{ group_name: 'test', task_type: 'task' },
    });
    expect(run.queued_at).toBeDefined();
    for (const left of ['cpu', 'memory', 'labels', 'service_account', 'idempotence_key']) {
      expect(run).not.toHaveProperty(left);
    }
    expect(run.run_id).toMatch(/^eks-[0-9a-f]{4}-/);
    expect(variables(run)).toEqual([...reserved(run), 'A=b']);
  });

  test('needs no owner', async () => {
    expect(await put(`v1/task/${id}/execute`, {})).toMatchObject({ user: 'v1-unknown' });
  });
});

describe('v2', () => {
  const execute = (body: object): Promise<Launched> => put(`v2/task/${id}/execute`, body);

  test('is owned by an address, and leaves command and resources to the definition', async () => {
    const run = await execute({ ...EVERYTHING, idempotence_key: 'v2' });
    expect(run).toMatchObject({
      ...{ user: 'ada@example.org', engine: 'eks', idempotence_key: 'v2' },
      ...COMMON,
      ...{ command: 'train', node_lifecycle: 'spot', active_deadline_seconds: 172_800 },
    });
    for (const left of ['cpu', 'memory']) expect(run).not.toHaveProperty(left);
    expect(variables(run)).toEqual([...reserved(run), 'A=b']);
    expect(await execute({ ...EVERYTHING, idempotence_key: 'v2' })).toMatchObject({
      run_id: run.run_id,
    });
  });

  test('does not look at the lifecycle, not even to refuse it', async () => {
    const run = await execute({ ...EVERYTHING, node_lifecycle: 'normal' });
    expect(run.node_lifecycle).toBe('spot');
  });

  test.each([
    ['no tags', {}],
    ['no team', { run_tags: { owner_email: 'a@b' } }],
    ['no address', { run_tags: { team_name: 't', owner_id: 'ada' } }],
    ['empty ones', { run_tags: { owner_email: '', team_name: '' } }],
  ])('%s: is refused', async (_, body) => {
    await expect(execute(body)).rejects.toThrow(
      'run_tags must exist in body and contain [owner_email] and [team_name]',
    );
  });
});

const FULL_ROUTES = [
  ['v4', () => `v4/task/${id}/execute`],
  ['v6', () => `v6/task/${id}/execute`],
  ['v1 by alias', () => `v1/task/alias/${alias}/execute`],
  ['v6 by alias', () => `v6/task/alias/${alias}/execute`],
] as const;

describe.each(FULL_ROUTES)('%s', (_, path) => {
  test('takes all that a caller may say', async () => {
    const run = await put(path(), EVERYTHING);
    expect(run).toMatchObject({ user: 'ada', engine: 'eks', ...FULL });
    expect(variables(run)).toEqual([...reserved(run), 'A=b']);
  });

  test('says spot where nothing is said, and takes no other word than spot and ondemand', async () => {
    const owner = { run_tags: { owner_id: 'ada' } };
    expect(await put(path(), owner)).toMatchObject({ node_lifecycle: 'spot', command: 'train' });
    expect(await put(path(), { ...owner, node_lifecycle: 'spot' })).toMatchObject({
      node_lifecycle: 'spot',
    });
    for (const word of ['normal', 'SPOT']) {
      await expect(put(path(), { ...owner, node_lifecycle: word })).rejects.toThrow(
        'Nodelifecyle must be [normal, spot]',
      );
    }
  });

  test('needs the owner’s id', async () => {
    for (const run_tags of [
      undefined,
      {},
      { owner_id: '' },
      { owner_email: 'a', team_name: 't' },
    ]) {
      await expect(put(path(), { run_tags })).rejects.toThrow(
        'run_tags must exist in body and contain [owner_id]',
      );
    }
  });
});

const SPARK = {
  spark_extension: { spark_submit_job_driver: { entry_point: 's3://jobs/a.py' } },
  run_tags: { owner_id: 'ada', owner_email: 'ada@example.org', team_name: 'data' },
};

test.each([['v2', () => `v2/task/${id}/execute`] as const, ...FULL_ROUTES])(
  '%s: a Spark extension makes it a Spark run, unless an engine is named',
  async (_, path) => {
    expect(await put(path(), SPARK)).toMatchObject({ engine: 'eks-spark' });
    expect(await put(path(), { ...SPARK, engine: 'eks' })).toMatchObject({ engine: 'eks' });
    await expect(put(path(), { ...SPARK, engine: 'mesos' })).rejects.toThrow(
      'engine mesos is not supported',
    );
  },
);

test('by alias the engine ecs of old clients stands for none; by id it is meant', async () => {
  const owner = { run_tags: { owner_id: 'ada' }, engine: 'ecs' };
  for (const version of ['v1', 'v6']) {
    const path = `${version}/task/alias/${alias}/execute`;
    expect(await put(path, owner)).toMatchObject({ engine: 'eks', cluster: 'k8s' });
    expect(await put(path, { ...owner, ...SPARK })).toMatchObject({ engine: 'eks-spark' });
    expect(await put(path, { ...owner, cluster: 'tasks' })).toMatchObject({
      ...{ engine: 'ecs', cluster: 'tasks' },
    });
  }
  await expect(put(`v6/task/${id}/execute`, owner)).rejects.toThrow(
    'cluster k8s is of engine eks, not ecs',
  );
});

test('a definition that is not there is missing in every version', async () => {
  const run_tags = SPARK.run_tags;
  for (const version of ['v1', 'v2', 'v4', 'v6']) {
    await expect(put(`${version}/task/nope/execute`, { run_tags })).rejects.toThrow(
      'Definition with ID nope not found',
    );
  }
  await expect(put('v1/task/alias/nope/execute', { run_tags })).rejects.toThrow(
    'Definition with alias nope not found',
  );
});
