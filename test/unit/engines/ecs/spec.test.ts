import { describe, expect, test } from 'vitest';
import type { EcsSettings } from '../../../../engines/ecs/settings.ts';
import { planOf } from '../../../../engines/ecs/spec.ts';
import type { AttemptSpec } from '../../../../engines/engine.ts';
import { attemptSpec } from '../../../support/attempt-spec.ts';

const EC2: EcsSettings = {
  cluster: 'batch',
  mode: 'test',
  launchType: 'EC2',
  capacityProvider: null,
  spotProvider: null,
  networkMode: 'host',
  subnets: ['subnet-1'],
  securityGroups: ['sg-1'],
  assignPublicIp: false,
  executionRoleArn: null,
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  log: {
    driver: 'awslogs',
    options: { 'awslogs-group': 'flotilla', 'awslogs-stream-prefix': 'flotilla' },
    retentionDays: 30,
  },
  turns: { name: 'ecs-test', perSecond: 20 },
  graceSeconds: 30,
};
const FARGATE: EcsSettings = { ...EC2, launchType: 'FARGATE', networkMode: 'awsvpc' };

const plan = (more: Partial<AttemptSpec> = {}, settings = EC2, spot: string | null = null) =>
  planOf(attemptSpec('echo hi', more), settings, spot);
const containerOf = (made: ReturnType<typeof plan>) => made.definition.containerDefinitions?.[0];
const overrideOf = (made: ReturnType<typeof plan>) =>
  made.request.overrides?.containerOverrides?.[0];
const resources = (more: Partial<AttemptSpec['resources']>): Pick<AttemptSpec, 'resources'> => ({
  resources: { ...attemptSpec('').resources, ...more },
});

test('all attempts of one shape have one task definition, and say what they are themselves', () => {
  const [one, two] = [plan(), plan({ attempt: 2, owner: 'bob', command: 'echo there' })];
  expect(one.definition).toEqual(two.definition);
  expect(one.request.clientToken).not.toBe(two.request.clientToken);
  expect(two.request.startedBy).toMatch(/^local-.*\/2$/);
  expect(overrideOf(two)?.command).toEqual(['bash', '-l', '-c', 'set -e\nset -x\necho there']);
});

test.each<[string, Partial<AttemptSpec>]>([
  ['image', { image: 'other:1' }],
  ['cpu', resources({ cpuMillicores: 512 })],
  ['memory', resources({ memoryMb: 1024 })],
  ['ports', { ports: [8080] }],
  ['role', { serviceAccount: 'arn:aws:iam::123456789012:role/other' }],
  ['secrets', { secrets: [{ variable: 'A', name: 'db', key: 'password' }] }],
  ['architecture', { arch: 'arm64' }],
  ['GPUs', resources({ gpu: 1 })],
])('another %s is another task definition', (_, more) => {
  expect(plan(more).definition.family).not.toBe(plan().definition.family);
});

test('a repeated launch has the same parameters', () => {
  const spec = attemptSpec('true');
  expect(planOf({ ...spec, askedAt: new Date(0) }, EC2, null)).toEqual(planOf(spec, EC2, null));
});

test('on Fargate a task has a size and a network, and a container no more than two minutes', () => {
  const made = plan(resources({ cpuMillicores: 1000, memoryMb: 3000 }), {
    ...FARGATE,
    graceSeconds: 600,
  });
  expect(made.definition).toMatchObject({ cpu: '1024', memory: '3072', networkMode: 'awsvpc' });
  expect(containerOf(made)?.stopTimeout).toBe(120);
  expect(made.request.networkConfiguration?.awsvpcConfiguration).toEqual({
    subnets: ['subnet-1'],
    securityGroups: ['sg-1'],
    assignPublicIp: 'DISABLED',
  });
  expect(plan().request).not.toHaveProperty('networkConfiguration');
});

test.each([
  ['spot', 'FARGATE_SPOT', null, 'FARGATE_SPOT'],
  ['spot', null, null, null],
  ['ondemand', 'FARGATE_SPOT', null, null],
  ['spot', null, 'fleet', 'fleet'],
  ['ondemand', 'spot-fleet', 'fleet', 'fleet'],
] as const)(
  'a run on %s with spot capacity from %s and else from %s gets it from %s',
  (nodeLifecycle, spot, capacityProvider, chosen) => {
    const { request } = plan({ nodeLifecycle }, { ...FARGATE, capacityProvider }, spot);
    expect(request.capacityProviderStrategy?.[0]?.capacityProvider ?? null).toBe(chosen);
    expect(request.launchType ?? null).toBe(chosen === null ? 'FARGATE' : null);
  },
);

test('secrets are references', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf';
  const parameter = 'arn:aws:ssm:us-east-1:123456789012:parameter/token';
  const secrets = [
    { variable: 'A', name: arn, key: 'password' },
    { variable: 'B', name: parameter, key: 'value' },
    { variable: 'C', name: 'db', key: 'user' },
  ];
  expect(containerOf(plan({ secrets }))?.secrets).toEqual([
    { name: 'A', valueFrom: `${arn}:password::` },
    { name: 'B', valueFrom: parameter },
    { name: 'C', valueFrom: '/db/user' },
  ]);
});

describe('what overrides have no room for', () => {
  const long = 'x'.repeat(9000);

  test('is in a task definition of its own: first the command', () => {
    const made = plan({ command: `echo ${long}` });
    expect(containerOf(made)?.command?.at(-1)).toContain(long);
    expect(overrideOf(made)).not.toHaveProperty('command');
    expect(overrideOf(made)?.environment).not.toEqual([]);
  });

  test('then the environment, but for what names the run', () => {
    const base = attemptSpec('true');
    const made = planOf(
      { ...base, environment: new Map([...base.environment, ['LONG', long]]) },
      EC2,
      null,
    );
    expect(containerOf(made)?.environment).toEqual([{ name: 'LONG', value: long }]);
    expect(overrideOf(made)?.environment?.map(({ name }) => name)).toEqual([
      'FLOTILLA_RUN_ID',
      'FLOTILLA_RUN_ATTEMPT',
    ]);
  });

  test('and is refused where that has no room either', () => {
    expect(() => plan({ command: 'x'.repeat(70_000) })).toThrow('ECS takes 65536');
  });
});

test.each<[Partial<AttemptSpec>, EcsSettings, string]>([
  [{ requiresDocker: true }, EC2, 'no docker socket'],
  [resources({ gpu: 1 }), FARGATE, 'Fargate has no GPUs'],
  [resources({ cpuMillicores: 32_000 }), FARGATE, 'the nearest has'],
])('%o is refused', (more, settings, words) => {
  expect(() => plan(more, settings)).toThrow(words);
});
