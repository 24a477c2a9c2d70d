import type { ClusterRow } from '../../db/clusters.ts';
import type { Definition } from '../../domain/definition.ts';
import type { RunRow } from '../../db/runs.ts';
import { TEMPLATE_TYPE, type Template } from '../../domain/template.ts';
import type { Notice } from '../../engines/engine.ts';
import { sparkJson } from './spark.ts';

type Json = Record<string, unknown>;

/** Drops what Go's `omitempty` on a pointer drops: what is absent. Zero and "" on purpose stay. */
function present(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Strings and lists that flotilla-os leaves out when they are empty. */
function filled(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(present(fields)).filter(
      ([, value]) =>
        value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** A definition on the wire of v1 to v6, as it is read: with its lists, empty or not. */
export function definitionJson(definition: Definition): Json {
  return { ...createdJson(definition), ports: definition.ports, tags: definition.tags };
}

/** As it was created: what the request left out is left out. */
export function createdJson(definition: Definition): Json {
  const d = definition;
  return {
    env: d.env,
    definition_id: d.definition_id,
    ...filled({ group_name: d.group_name }),
    alias: d.alias,
    ...filled({
      command: d.command,
      task_type: d.task_type,
      requires_docker: d.requires_docker,
      target_cluster: d.target_cluster,
    }),
    image: d.image,
    ...present({
      memory: d.memory,
      gpu: d.gpu,
      cpu: d.cpu,
      ephemeral_storage: d.ephemeral_storage,
      adaptive_resource_allocation: d.adaptive_resource_allocation,
    }),
    ...filled({ ports: d.ports, tags: d.tags }),
  };
}

/**
 * A run on the wire of v1 to v7. `notices` is ours: what its engine does not give it of what its
 * definition asks.
 */
export function runJson(run: RunRow, notices: readonly Notice[] = []): Json {
  return {
    instance: { dns_name: run.instanceDnsName ?? '', instance_id: run.instanceId ?? '' },
    pod_events: run.podEvents ?? [],
    cloudtrail_notifications: run.cloudtrailNotifications ?? { Records: null },
    spark_extension: sparkJson(run),
    run_id: run.runId,
    definition_id: definitionOf(run),
    alias: run.alias ?? '',
    image: run.image ?? '',
    cluster: run.clusterName ?? '',
    ...present({ exit_code: run.exitCode }),
    status: run.status ?? '',
    ...times(run),
    group_name: run.groupName ?? '',
    ...filled({ user: run.user, task_type: run.taskType }),
    ...present({
      env: run.env,
      command: run.command,
      command_hash: run.commandHash,
      memory: run.memory,
      memory_limit: run.memoryLimit,
      cpu: run.cpu,
      cpu_limit: run.cpuLimit,
      gpu: run.gpu,
      exit_reason: run.exitReason,
      engine: run.engine,
      node_lifecycle: run.nodeLifecycle,
      ephemeral_storage: run.ephemeralStorage,
      pod_name: run.podName,
      namespace: run.namespace,
      max_memory_used: run.maxMemoryUsed,
      max_cpu_used: run.maxCpuUsed,
      executable_id: run.executableId,
      executable_type: run.executableType,
      execution_request_custom: run.executionRequestCustom,
      attempt_count: run.attemptCount,
      spawned_runs: run.spawnedRuns,
      run_exceptions: run.runExceptions,
      active_deadline_seconds: run.activeDeadlineSeconds,
    }),
    description: run.description || run.alias || '',
    ...filled({ metrics_uri: run.metricsUri, idempotence_key: run.idempotenceKey }),
    arch: run.arch ?? '',
    ...present({ labels: run.labels }),
    ...filled({ requires_docker: run.requiresDocker, service_account: run.serviceAccount }),
    ...filled({ tier: run.tier ?? 'Tier4' }),
    ...(notices.length === 0 ? {} : { notices: notices.map((notice) => notice.message) }),
  };
}

/** Of a run of a template it is the template's id, which stands in no column that refers to definitions. */
function definitionOf(run: RunRow): string {
  return run.definitionId ?? (run.executableType === TEMPLATE_TYPE ? run.executableId : null) ?? '';
}

/** A run that was not made, as `dry_run` asks: it was never queued. */
export function dryRunJson(run: RunRow): Json {
  const { queued_at: _, arch, ...same } = runJson(run);
  return { ...same, ...filled({ arch }) };
}

/** A template on the wire of v7. What is ours of it is left out where it is absent. */
export function templateJson(template: Template): Json {
  const t = template;
  return {
    template_id: t.template_id,
    template_name: t.template_name,
    version: t.version,
    schema: t.schema,
    command_template: t.command_template,
    defaults: t.defaults,
    avatar_uri: t.avatar_uri,
    image: t.image,
    env: t.env,
    ...present({
      memory: t.memory,
      gpu: t.gpu,
      cpu: t.cpu,
      ephemeral_storage: t.ephemeral_storage,
      adaptive_resource_allocation: t.adaptive_resource_allocation,
      ports: t.ports,
      tags: t.tags,
      description: t.description,
    }),
  };
}

/** A run's status on the wire of v6. */
export function runStatusJson(run: RunRow): Json {
  return {
    run_id: run.runId,
    status: run.status ?? '',
    ...times(run),
    ...present({ exit_code: run.exitCode, exit_reason: run.exitReason, engine: run.engine }),
    definition_id: definitionOf(run),
    alias: run.alias ?? '',
    cluster_name: run.clusterName ?? '',
  };
}

function times(run: RunRow): Json {
  return present({
    queued_at: run.queuedAt?.toISOString(),
    started_at: run.startedAt?.toISOString(),
    finished_at: run.finishedAt?.toISOString(),
  });
}

/** A cluster on the wire of v1 and v6; nothing is left out. */
export function clusterJson(cluster: ClusterRow): Json {
  return {
    id: String(cluster.id),
    name: cluster.name,
    cluster_version: cluster.clusterVersion,
    status: cluster.status,
    status_reason: cluster.statusReason ?? '',
    status_since: cluster.statusSince?.toISOString() ?? null,
    allowed_tiers: cluster.allowedTiers,
    capabilities: cluster.capabilities,
    updated_at: cluster.updatedAt?.toISOString() ?? null,
    namespace: cluster.namespace,
    region: cluster.region,
    emr_virtual_cluster: cluster.emrVirtualCluster,
    spark_server_uri: cluster.sparkServerUri,
  };
}

/** `"<STATUS>-<exit code or unknown>"`, a strong entity tag. */
export function statusTag(run: RunRow): string {
  return `"${run.status ?? ''}-${run.exitCode ?? 'unknown'}"`;
}
