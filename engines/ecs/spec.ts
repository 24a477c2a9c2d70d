import { createHash } from 'node:crypto';
import type {
  CapacityProviderStrategyItem,
  ContainerDefinition,
  KeyValuePair,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  Tag,
} from '@aws-sdk/client-ecs';
import { FlotillaError } from '../../domain/errors.ts';
import type { SecretVariable } from '../../domain/environment.ts';
import type { Size } from '../../domain/resources.ts';
import type { AttemptSpec } from '../engine.ts';
import { shellCommand } from './command.ts';
import { clientTokenOf, CONTAINER, FAMILY_PREFIX, startedByOf } from './names.ts';
import type { EcsSettings, LogPlace } from './settings.ts';
import { SIZES } from './sizes.ts';

/** Characters that RunTask takes as overrides, as JSON. */
const MAX_OVERRIDES = 8192;
/** Bytes of a task definition. */
const MAX_DEFINITION = 64 * 1024;
const MAX_STOP_TIMEOUT = { EC2: 86_400, FARGATE: 120 };
const MIN_STOP_TIMEOUT = 2;
/** GiB of disk that Fargate gives anyway, and the most. */
const FARGATE_DISK = { given: 20, most: 200 };
const FAMILY_HASH_LENGTH = 32;
const MAX_TAG = 256;

export type TaskDefinition = RegisterTaskDefinitionCommandInput & { family: string };

/** What RunTask is asked for, but for the task definition's ARN. */
export type TaskRequest = Omit<RunTaskCommandInput, 'taskDefinition'>;

export interface Plan {
  definition: TaskDefinition;
  request: TaskRequest;
}

/**
 * What ECS is asked to run for an attempt (pure), after flotilla-os (execution/engine/ecs_engine.go and
 * its adapter). What all attempts of a definition share is in the task definition, which is named by
 * its content; what does not fit into the overrides is there too, and then it is the attempt's own.
 * @throws FlotillaError `rejected` for what ECS cannot run
 */
export function planOf(
  spec: AttemptSpec,
  settings: EcsSettings,
  spotProvider: string | null,
): Plan {
  refuse(spec, settings);
  const environment = [...spec.environment].map(([name, value]) => ({ name, value }));
  const moved = movedToDefinition(spec, environment);
  const override = {
    name: CONTAINER,
    ...(moved.command === null ? { command: shellCommand(spec.command) } : {}),
    environment: environment.filter((variable) => !moved.environment.includes(variable)),
  };
  if (lengthOf(override) > MAX_OVERRIDES) {
    throw new FlotillaError('rejected', 'the environment is too long for the overrides of a task');
  }
  return {
    definition: definitionOf(spec, settings, moved),
    request: {
      cluster: settings.cluster,
      count: 1,
      startedBy: startedByOf(spec),
      clientToken: clientTokenOf(spec),
      overrides: { containerOverrides: [override] },
      tags: tagsOf(spec),
      enableECSManagedTags: true,
      propagateTags: 'TASK_DEFINITION',
      ...placement(spec, settings, spotProvider),
      ...(settings.networkMode === 'awsvpc' ? { networkConfiguration: network(settings) } : {}),
    },
  };
}

/** What an engine of Kubernetes gives and ECS does not. */
function refuse(spec: AttemptSpec, { launchType }: EcsSettings): void {
  if (spec.requiresDocker) {
    throw new FlotillaError('rejected', 'engine ecs gives a job no docker socket');
  }
  if (launchType === 'FARGATE' && spec.resources.gpu > 0) {
    throw new FlotillaError('rejected', 'Fargate has no GPUs');
  }
}

interface Moved {
  command: string[] | null;
  environment: readonly KeyValuePair[];
}

/** What overrides have no room for: first the command, then what the environment says of no run. */
function movedToDefinition(spec: AttemptSpec, environment: readonly KeyValuePair[]): Moved {
  const command = shellCommand(spec.command);
  const fits = (override: object): boolean =>
    lengthOf({ name: CONTAINER, ...override }) <= MAX_OVERRIDES;
  if (fits({ command, environment })) return { command: null, environment: [] };
  if (fits({ environment })) return { command, environment: [] };
  const lasting = environment.filter(({ value }) => value?.includes(spec.runId) !== true);
  return { command, environment: lasting.filter(({ name }) => name !== 'FLOTILLA_RUN_ATTEMPT') };
}

function lengthOf(override: object): number {
  return JSON.stringify({ containerOverrides: [override] }).length;
}

function definitionOf(spec: AttemptSpec, settings: EcsSettings, moved: Moved): TaskDefinition {
  const { launchType, networkMode, executionRoleArn } = settings;
  const size = sizeOf(spec, settings);
  const taskRoleArn = roleOf(spec) ?? settings.taskRoleArn;
  const shape = {
    networkMode,
    requiresCompatibilities: [launchType],
    ...(launchType === 'FARGATE' ? { cpu: String(size.cpu), memory: String(size.memory) } : {}),
    ...(executionRoleArn === null ? {} : { executionRoleArn }),
    ...(taskRoleArn === null ? {} : { taskRoleArn }),
    ...platform(spec, settings),
    ...disk(spec, settings),
    containerDefinitions: [containerOf(spec, settings, size, moved)],
    tags: [{ key: 'flotilla:managed-by', value: 'flotilla' }],
  } satisfies Omit<TaskDefinition, 'family'>;
  const text = JSON.stringify(shape);
  if (Buffer.byteLength(text) > MAX_DEFINITION) {
    throw new FlotillaError(
      'rejected',
      `command and environment have ${Buffer.byteLength(text)} bytes with what belongs to them: ` +
        `ECS takes ${MAX_DEFINITION}`,
    );
  }
  const hash = createHash('sha256').update(text).digest('hex').slice(0, FAMILY_HASH_LENGTH);
  return { family: `${FAMILY_PREFIX}${hash}`, ...shape };
}

function containerOf(
  spec: AttemptSpec,
  settings: EcsSettings,
  size: Size,
  moved: Moved,
): ContainerDefinition {
  const { gpu } = spec.resources;
  const { driver, options } = settings.log;
  const most = MAX_STOP_TIMEOUT[settings.launchType];
  return {
    name: CONTAINER,
    image: spec.image,
    essential: true,
    cpu: size.cpu,
    memory: size.memory,
    ...(spec.ports.length === 0 ? {} : { portMappings: spec.ports.map(portMapping) }),
    ...(spec.secrets.length === 0 ? {} : { secrets: secretsOf(spec) }),
    ...(moved.command === null ? {} : { command: moved.command }),
    ...(moved.environment.length === 0 ? {} : { environment: [...moved.environment] }),
    ...(gpu > 0 ? { resourceRequirements: [{ type: 'GPU', value: String(gpu) }] } : {}),
    stopTimeout: Math.min(Math.max(Math.ceil(settings.graceSeconds), MIN_STOP_TIMEOUT), most),
    logConfiguration: {
      logDriver: driver as NonNullable<ContainerDefinition['logConfiguration']>['logDriver'],
      options: { ...options },
    },
  };
}

/** The numbers are those of run or definition: what they call megabytes, ECS counts as MiB. */
function sizeOf({ resources }: AttemptSpec, { launchType }: EcsSettings): Size {
  const { byDefault, fit } = SIZES[launchType];
  return fit({
    cpu: resources.cpuMillicores ?? byDefault.cpu,
    memory: resources.memoryMb ?? byDefault.memory,
  });
}

/** The same port on the host, as in flotilla-os. */
function portMapping(port: number): NonNullable<ContainerDefinition['portMappings']>[number] {
  return { containerPort: port, hostPort: port, protocol: 'tcp' };
}

/** References, which ECS resolves: what they stand for never passes through this service. */
function secretsOf({ secrets, environment }: AttemptSpec): { name: string; valueFrom: string }[] {
  return secrets
    .filter(({ variable }) => !environment.has(variable))
    .map((secret) => ({ name: secret.variable, valueFrom: valueFrom(secret) }));
}

/** An ARN of Secrets Manager with the key of its JSON, one of SSM, or else `/name/key` of SSM. */
function valueFrom({ name, key }: SecretVariable): string {
  if (/^arn:[\w-]+:secretsmanager:/.test(name)) return `${name}:${key}::`;
  return name.startsWith('arn:') ? name : `/${name}/${key}`;
}

/** A service account is a role here, if it is the ARN of one. */
function roleOf({ serviceAccount }: AttemptSpec): string | null {
  return serviceAccount?.startsWith('arn:') === true ? serviceAccount : null;
}

function platform({ arch }: AttemptSpec, { launchType }: EcsSettings): Partial<TaskDefinition> {
  if (arch !== 'arm64' && launchType !== 'FARGATE') return {};
  const cpuArchitecture = arch === 'arm64' ? 'ARM64' : 'X86_64';
  return { runtimePlatform: { cpuArchitecture, operatingSystemFamily: 'LINUX' } };
}

function disk({ resources }: AttemptSpec, { launchType }: EcsSettings): Partial<TaskDefinition> {
  const asked = Math.ceil((resources.ephemeralStorageMb ?? 0) / 1024);
  if (launchType !== 'FARGATE' || asked <= FARGATE_DISK.given) return {};
  return { ephemeralStorage: { sizeInGiB: Math.min(asked, FARGATE_DISK.most) } };
}

function placement(
  spec: AttemptSpec,
  { launchType, capacityProvider }: EcsSettings,
  spotProvider: string | null,
): Pick<TaskRequest, 'launchType' | 'capacityProviderStrategy'> {
  const chosen =
    spec.nodeLifecycle === 'spot' ? (spotProvider ?? capacityProvider) : capacityProvider;
  if (chosen === null) return { launchType };
  const strategy: CapacityProviderStrategyItem = { capacityProvider: chosen, weight: 1 };
  return { capacityProviderStrategy: [strategy] };
}

function network({ subnets, securityGroups, assignPublicIp }: EcsSettings) {
  return {
    awsvpcConfiguration: {
      subnets: [...subnets],
      ...(securityGroups.length === 0 ? {} : { securityGroups: [...securityGroups] }),
      assignPublicIp: assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
    },
  };
}

function tagsOf(spec: AttemptSpec): Tag[] {
  const said = {
    'flotilla:run': spec.runId,
    'flotilla:attempt': String(spec.attempt),
    'flotilla:owner': spec.owner,
    'flotilla:definition': spec.alias,
  };
  return Object.entries(said)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => ({ key, value: tagValue(value) }));
}

/** AWS takes letters, digits, spaces and `_.:/=+-@`, 256 characters at most. */
function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{Z}_.:/=+\-@]/gu, '_').slice(0, MAX_TAG);
}

/** Where the log of a task is; null where its driver writes elsewhere. */
export function logPlace({ log }: EcsSettings, taskId: string): LogPlace | null {
  const group = log.options['awslogs-group'];
  if (log.driver !== 'awslogs' || group === undefined) return null;
  return { group, stream: `${log.options['awslogs-stream-prefix'] ?? ''}/${CONTAINER}/${taskId}` };
}
