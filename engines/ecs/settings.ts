import type { Turns } from '../engine.ts';

/** How tasks are run on one cluster. */
export interface EcsSettings {
  cluster: string;
  /** `flotilla_mode`; events of tasks that say another are another installation's. */
  mode: string;
  launchType: 'EC2' | 'FARGATE';
  /** Null for the launch type itself. */
  capacityProvider: string | null;
  /** For runs that may have spot capacity; null for FARGATE_SPOT where the cluster has it. */
  spotProvider: string | null;
  networkMode: 'awsvpc' | 'bridge' | 'host' | 'none';
  subnets: readonly string[];
  securityGroups: readonly string[];
  assignPublicIp: boolean;
  /** Of the ECS agent: pulls images, reads secrets, writes logs. */
  executionRoleArn: string | null;
  /** Of the command, where the run names none. */
  taskRoleArn: string | null;
  log: LogSettings;
  /** What all clusters of the region share: RunTask is limited per account and region. */
  turns: Turns;
  /** Seconds between TERM and KILL; ECS keeps it in the task definition. */
  graceSeconds: number;
}

export interface LogSettings {
  /** `awslogs`, or one whose logs Flotilla cannot read. */
  driver: string;
  options: Readonly<Record<string, string>>;
  /** Days that a group made by Flotilla keeps its logs. */
  retentionDays: number;
}

/** Where a task's log is in CloudWatch. */
export interface LogPlace {
  group: string;
  stream: string;
}
