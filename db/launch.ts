import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { DefinitionBody } from '../domain/definition.ts';
import type { Sizing } from '../domain/resources.ts';
import type { RunRow } from './runs.ts';
import { definitionVersion, task, taskDef, template } from './schema.ts';
import { TEMPLATE_TYPE } from '../domain/template.ts';
import type { Db } from './client.ts';

/** What an attempt is launched from, and how the run's attempts fared so far. */
export interface Launch {
  run: Pick<RunRow, keyof typeof runFields>;
  /** In the version that the run names, or a template's; null for a run without either. */
  definition: LaunchDefinition | null;
  /** Of the run's cluster. */
  capabilities: string[];
  /** All that there are, the first one first. */
  attempts: LaunchedAttempt[];
}

/** In its stored words; ports are those of today where a version does not say. */
type LaunchDefinition = Pick<
  DefinitionBody,
  'env' | 'memory' | 'cpu' | 'gpu' | 'retry_policy' | 'adaptive_resource_allocation' | 'ports'
> & { ephemeralStorage: number | null };

export interface LaunchedAttempt extends Sizing {
  attempt: number;
  failureClass: string | null;
  /** ISO 8601; null where the engine was not asked for it yet. */
  askedAt: string | null;
  /** ISO 8601; when it was seen to begin, null where it was not. */
  startedAt: string | null;
}

const columns = getTableColumns(task);
const runFields = {
  status: columns.status,
  stopRequestedAt: columns.stopRequestedAt,
  stopRequestedBy: columns.stopRequestedBy,
  exitReason: columns.exitReason,
  runExceptions: columns.runExceptions,
  image: columns.image,
  command: columns.command,
  commandHash: columns.commandHash,
  executableId: columns.executableId,
  env: columns.env,
  memory: columns.memory,
  cpu: columns.cpu,
  gpu: columns.gpu,
  ephemeralStorage: columns.ephemeralStorage,
  labels: columns.labels,
  arch: columns.arch,
  nodeLifecycle: columns.nodeLifecycle,
  serviceAccount: columns.serviceAccount,
  requiresDocker: columns.requiresDocker,
  activeDeadlineSeconds: columns.activeDeadlineSeconds,
  tier: columns.tier,
  user: columns.user,
  alias: columns.alias,
  sparkExtension: columns.sparkExtension,
};

const todayFields = {
  env: taskDef.env,
  memory: taskDef.memory,
  cpu: taskDef.cpu,
  gpu: taskDef.gpu,
  ephemeral_storage: taskDef.ephemeralStorage,
  adaptive_resource_allocation: taskDef.adaptiveResourceAllocation,
  retry_policy: taskDef.retryPolicy,
};

/** A template says the same as a definition, and no version of it ever changes in that. */
const templateFields = {
  env: template.env,
  memory: template.memory,
  cpu: template.cpu,
  gpu: template.gpu,
  ephemeral_storage: template.ephemeralStorage,
  adaptive_resource_allocation: template.adaptiveResourceAllocation,
  ports: template.ports,
};

const ports = sql<number[]>`coalesce((SELECT jsonb_agg(p.port ORDER BY p.port)
  FROM task_def_ports p WHERE p.task_def_id = ${task.definitionId}), '[]')`;
// The oldest of that name: flotilla-os lets several have it.
const capabilities = sql<string[]>`coalesce((SELECT to_jsonb(c.capabilities)
  FROM cluster_state c WHERE c.name = ${task.clusterName} ORDER BY c.id LIMIT 1), '[]')`;
const attempts = sql<LaunchedAttempt[]>`coalesce((SELECT jsonb_agg(jsonb_build_object(
    'attempt', a.attempt, 'failureClass', a.failure_class, 'askedAt', a.asked_at,
    'startedAt', a.started_at,
    'askedCpu', a.asked_cpu, 'askedMemory', a.asked_memory, 'givenCpu', a.given_cpu, 'givenMemory', a.given_memory,
    'sizing', a.sizing) ORDER BY a.attempt)
  FROM launch_attempt a WHERE a.run_id = ${task.runId}), '[]')`;

/** One statement, because it stands between a request and its job. */
export async function findLaunch(db: Db, ref: { runId: string }): Promise<Launch | null> {
  const [row] = await db
    .select({
      run: runFields,
      today: todayFields,
      template: templateFields,
      body: definitionVersion.body,
      ports,
      capabilities,
      attempts,
    })
    .from(task)
    .leftJoin(taskDef, eq(taskDef.definitionId, task.definitionId))
    .leftJoin(
      definitionVersion,
      and(
        eq(definitionVersion.definitionId, task.definitionId),
        eq(definitionVersion.version, task.definitionVersion),
      ),
    )
    .leftJoin(
      template,
      and(eq(task.executableType, TEMPLATE_TYPE), eq(template.templateId, task.executableId)),
    )
    .where(eq(task.runId, ref.runId));
  if (row === undefined) return null;
  const { run, today, template: made } = row;
  const now = today === null ? null : { ...today, env: today.env ?? [] };
  const ofTemplate =
    made === null
      ? null
      : { ...made, env: made.env ?? [], ports: made.ports ?? [], retry_policy: null };
  const body = row.body ?? now ?? ofTemplate;
  const definition =
    body === null
      ? null
      : { ports: row.ports, ...body, ephemeralStorage: body.ephemeral_storage ?? null };
  return { run, definition, capabilities: row.capabilities, attempts: row.attempts };
}
