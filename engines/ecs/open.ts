import { FlotillaError } from '../../domain/errors.ts';
import type { Turns } from '../engine.ts';
import type { Warn } from '../queue-consumer.ts';
import { EcsEngine } from './engine.ts';
import { Region } from './region.ts';
import type { EcsSettings, LogSettings } from './settings.ts';

const DEFAULT_GROUP = 'flotilla';
const DEFAULT_PREFIX = 'flotilla';

/** The keys of the configuration that this engine reads; conf/engine-keys.ts says what they mean. */
export interface EcsConfig {
  flotilla_mode: string;
  stop_grace_seconds: number;
  aws_default_region?: string | undefined;
  ecs_launch_type: EcsSettings['launchType'];
  ecs_capacity_provider?: string | undefined;
  ecs_spot_provider?: string | undefined;
  ecs_network_mode?: EcsSettings['networkMode'] | undefined;
  ecs_subnets?: readonly string[] | undefined;
  ecs_security_groups?: readonly string[] | undefined;
  ecs_assign_public_ip: boolean;
  ecs_execution_role_arn?: string | undefined;
  ecs_engine_task_role_arn?: string | undefined;
  ecs_log_namespace?: string | undefined;
  ecs_log_retention_days: number;
  ecs_log_driver_name: string;
  ecs_log_driver_options?: Record<string, string> | undefined;
  ecs_launches_per_second: number;
  queue_status?: string | undefined;
}

/**
 * The engine of one cluster.
 * @param cluster its row: the name is that of the cluster in ECS, an empty region the configured one
 * @param warn told of messages of the queue that nobody can read
 * @throws FlotillaError `unavailable` when the configuration lacks what tasks need
 */
export function openEcs(
  config: EcsConfig,
  cluster: { name: string; region: string },
  warn: Warn,
): EcsEngine {
  const region = cluster.region || config.aws_default_region;
  const settings = settingsOf(config, cluster.name, region);
  if (settings.networkMode === 'awsvpc' && settings.subnets.length === 0) {
    throw new FlotillaError('unavailable', 'tasks with a network of their own need ecs_subnets');
  }
  const shared = Region.open({ region });
  const queue = config.queue_status;
  const consumer = queue === undefined ? null : shared.value.consumers.of(queue, warn);
  return new EcsEngine(shared, settings, consumer);
}

/** How tasks are run on a cluster by a configuration, which may lack something. */
export function settingsOf(
  config: EcsConfig,
  cluster: string,
  region: string | undefined,
): EcsSettings {
  const launchType = config.ecs_launch_type;
  const networkMode = launchType === 'FARGATE' ? 'awsvpc' : (config.ecs_network_mode ?? 'host');
  const { ecs_subnets: subnets = [], ecs_security_groups: securityGroups = [] } = config;
  return {
    cluster,
    mode: config.flotilla_mode,
    launchType,
    capacityProvider: config.ecs_capacity_provider ?? null,
    spotProvider: config.ecs_spot_provider ?? null,
    networkMode,
    subnets,
    securityGroups,
    assignPublicIp: config.ecs_assign_public_ip,
    executionRoleArn: config.ecs_execution_role_arn ?? null,
    taskRoleArn: config.ecs_engine_task_role_arn ?? null,
    log: logOf(config, region),
    turns: turnsOf(config, region),
    graceSeconds: config.stop_grace_seconds,
  };
}

function turnsOf(config: EcsConfig, region: string | undefined): Turns {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const known = region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'default';
  return { name: `ecs-${known}`, perSecond: config.ecs_launches_per_second };
}

function logOf(config: EcsConfig, region: string | undefined): LogSettings {
  const { ecs_log_driver_name: driver, ecs_log_driver_options: options = {} } = config;
  const own =
    driver === 'awslogs'
      ? {
          'awslogs-group': config.ecs_log_namespace ?? DEFAULT_GROUP,
          ...(region === undefined ? {} : { 'awslogs-region': region }),
          'awslogs-stream-prefix': DEFAULT_PREFIX,
        }
      : {};
  return { driver, options: { ...own, ...options }, retentionDays: config.ecs_log_retention_days };
}
