import { randomUUID } from 'node:crypto';
import type { EcsEngine } from '../../engines/ecs/engine.ts';
import { openEcs, type EcsConfig } from '../../engines/ecs/open.ts';
import type { Ecs, EcsOptions } from '../support/ecs/start-ecs.ts';
import {
  DeregisterContainerInstanceCommand,
  DescribeTasksCommand,
  ECSClient,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { makeQueue } from './queue.ts';

/** The configuration by which an engine uses the ECS of the tests. */
export function ecsConfig(ecs: Ecs, more: Partial<EcsConfig> = {}): EcsConfig {
  return {
    flotilla_mode: 'test',
    stop_grace_seconds: 2,
    aws_default_region: ecs.client.region,
    ecs_launch_type: 'EC2',
    ecs_network_mode: 'host',
    ecs_subnets: ecs.network.subnets,
    ecs_security_groups: ecs.network.securityGroups,
    ecs_assign_public_ip: false,
    ecs_execution_role_arn: ecs.executionRole,
    ecs_engine_task_role_arn: ecs.taskRole,
    ecs_log_namespace: '/flotilla/test',
    ecs_log_retention_days: 3,
    ecs_log_driver_name: 'awslogs',
    ecs_launches_per_second: 100,
    ...more,
  };
}

export interface Bed {
  ecs: Ecs;
  queue: string;
  /** Of the queue. */
  url: string;
  /** What engines warned of. */
  warnings: string[];
  open(on?: 'ec2' | 'fargate', more?: Partial<EcsConfig>): EcsEngine;
  /** Stops a task as an operator does. */
  stopByHand(taskArn: string): Promise<void>;
  /** Takes the instance of a task out of the cluster, by force; the instance goes on. */
  deregisterHostOf(taskArn: string): Promise<void>;
}

/** An ECS, a queue of its changes, and engines of its clusters; closed at the end of a file's tests. */
export function useEngines(
  given: (bed: Bed) => void,
  options: Omit<EcsOptions, 'python'> = {},
): void {
  useEcs(async (ecs) => {
    const queue = `changes-${randomUUID().slice(0, 8)}`;
    const { url } = await makeQueue(ecs, queue);
    const warnings: string[] = [];
    given({
      ecs,
      queue,
      url,
      async stopByHand(task) {
        const client = new ECSClient(ecs.client);
        const cluster = task.split('/').at(-2);
        await client.send(new StopTaskCommand({ cluster, task, reason: 'because' }));
        client.destroy();
      },
      async deregisterHostOf(task) {
        const client = new ECSClient(ecs.client);
        const cluster = task.split('/').at(-2);
        const { tasks } = await client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
        const containerInstance = tasks?.[0]?.containerInstanceArn;
        const request = { cluster, containerInstance, force: true };
        await client.send(new DeregisterContainerInstanceCommand(request));
        client.destroy();
      },
      warnings,
      open: (on = 'ec2', more = {}) =>
        openEcs(
          ecsConfig(ecs, {
            ecs_launch_type: on === 'ec2' ? 'EC2' : 'FARGATE',
            queue_status: queue,
            ...more,
          }),
          { name: ecs.clusters[on], region: ecs.client.region },
          (message, detail) => warnings.push(`${message}: ${JSON.stringify(detail)}`),
        ),
    });
  }, options);
}
