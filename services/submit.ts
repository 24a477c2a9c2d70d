import type { Caller } from '../domain/caller.ts';
import {
  PARENT_RUN_VARIABLE,
  parentRunId,
  refuseSecrets,
  reservedEnvironment,
  type EnvVar,
} from '../domain/environment.ts';
import { conflict, invalid, messageOf, notFound } from '../domain/errors.ts';
import type { EngineName } from '../domain/engine-name.ts';
import { route, type Route } from '../domain/routing.ts';
import { askedSpark, type SparkExtension } from '../domain/spark.ts';
import { gpuOf } from '../domain/resources.ts';
import { refuseLongTexts } from '../domain/sizes.ts';
import { commandHash, newRunId, type PodEvent } from '../domain/run.ts';
import { taskStatusEvent } from '../domain/event-messages.ts';
import { TEMPLATE_TYPE, templateCustom, type Executable } from '../domain/template.ts';
import { listClusters, type ClusterRow } from '../db/clusters.ts';
import { claimKey } from '../db/idempotence.ts';
import { findRun, insertRun, lockParent, type NewRun, type RunRow } from '../db/runs.ts';
import { holdTemplate } from '../db/templates.ts';
import { transact, type Tx } from '../db/client.ts';
import type { Acting } from './context.ts';
import { noticesOf } from './notices.ts';
import { placementOf, type Placement } from './placement.ts';

/** What a caller may say of a run. Null leaves it to the definition or the configuration. */
export interface LaunchRequest {
  /** Where a caller repeats itself until it is answered: the run of this id is accepted once. */
  runId?: (engine: EngineName) => string;
  owner: string;
  cluster: string | null;
  engine: string | null;
  env: EnvVar[];
  command: string | null;
  /** Megabytes. */
  memory: number | null;
  /** Millicores. */
  cpu: number | null;
  gpu: number | null;
  /** Megabytes. */
  ephemeralStorage: number | null;
  nodeLifecycle: 'ondemand' | 'spot' | null;
  activeDeadlineSeconds: number | null;
  description: string | null;
  idempotenceKey: string | null;
  arch: string | null;
  labels: Record<string, string> | null;
  serviceAccount: string | null;
  tier: string | null;
  /** A Spark job; without an engine named, it makes this an `eks-spark` run. */
  sparkExtension: SparkExtension | null;
}

/** A request that says nothing beyond its owner. */
export const EMPTY_REQUEST: LaunchRequest = {
  owner: '',
  cluster: null,
  engine: null,
  env: [],
  command: null,
  memory: null,
  cpu: null,
  gpu: null,
  ephemeralStorage: null,
  nodeLifecycle: null,
  activeDeadlineSeconds: null,
  description: null,
  idempotenceKey: null,
  arch: null,
  labels: null,
  serviceAccount: null,
  tier: null,
  sparkExtension: null,
};

/**
 * Accepts a run: it is in Postgres before this returns, and its workflow started unless Temporal is
 * away, in which case reconcile starts it. An idempotence key that a live or successful run has
 * returns that run.
 * @throws FlotillaError `invalid` (cluster, engine, or a text too long), `conflict` (the parent is being stopped), and
 *   what `findExecutable` throws
 */
export async function submitRun(
  services: Acting,
  caller: Caller,
  findExecutable: () => Promise<Executable>,
  request: LaunchRequest,
): Promise<RunRow> {
  const run = await composeRun(services, findExecutable, request);
  const before = request.runId === undefined ? null : await findRun(services.db, run.runId);
  if (before !== null) return before;
  const accepted = await accept(services, run, caller.name ?? request.owner);
  if (accepted.runId === run.runId) {
    services.changed();
    services.telemetry.events.emit(taskStatusEvent(accepted, new Date()));
    await startWorkflow(services, accepted);
  }
  return accepted;
}

/** The row of a run, which is not stored. Throws as submitRun does. */
export async function composeRun(
  services: Acting,
  findExecutable: () => Promise<Executable>,
  request: LaunchRequest,
): Promise<NewRun> {
  refuseSecrets(request.env);
  const [definition, clusters] = await Promise.all([findExecutable(), listClusters(services.db)]);
  const chosen = chooseRoute(services, definition, clusters, request);
  const words = wordsOf(definition, request, chosen);
  const placement = await placementOf(services, {
    ...chosen,
    ...words,
    definitionId: definition.definition_id,
    gpu: gpuOf(request, definition),
    nodeLifecycle: request.nodeLifecycle,
    activeDeadlineSeconds: request.activeDeadlineSeconds,
  });
  return buildRun(services, definition, request, { ...chosen, ...words, ...placement });
}

/** One statement where nothing else is at stake, else one transaction. */
async function accept(services: Acting, run: NewRun, actor: string): Promise<RunRow> {
  const key = run.idempotenceKey ?? null;
  const parent = run.parentRunId ?? null;
  const template = run.executableType === TEMPLATE_TYPE ? run.executableId : null;
  if (key === null && parent === null && template == null)
    return insertRun(services.db, run, actor);
  return transact(services.db, async (tx) => {
    // A version that nobody has run may be deleted at any moment.
    if (template != null && !(await holdTemplate(tx, template)))
      throw notFound(`Template with ID ${template} not found`);
    await refuseUnderStoppingParent(tx, parent);
    const holder = key === null ? run.runId : await claimKey(tx, key, run.runId);
    if (holder === run.runId) return insertRun(tx, run, actor);
    const existing = await findRun(tx, holder);
    if (existing === null) throw conflict(`the idempotence key belongs to run ${holder}`);
    return existing;
  });
}

function chooseRoute(
  services: Acting,
  definition: Executable,
  clusters: readonly ClusterRow[],
  request: LaunchRequest,
): Route {
  const { settings } = services;
  return route(
    {
      cluster: request.cluster,
      engine: request.engine ?? (request.sparkExtension === null ? null : 'eks-spark'),
      tier: request.tier ?? settings.tierDefault,
      gpu: request.gpu ?? 0,
      targetCluster: definition.target_cluster,
    },
    clusters,
    settings,
  );
}

interface Words {
  command: string | null;
  commandHash: string | null;
}

/** A Spark job says what it runs by itself; flotilla-os groups such runs by description. */
function wordsOf(definition: Executable, request: LaunchRequest, { engine }: Route): Words {
  const isSpark = engine === 'eks-spark';
  const command = isSpark ? request.command : (request.command ?? definition.command);
  return { command, commandHash: commandHash(command ?? (isSpark ? request.description : null)) };
}

function buildRun(
  services: Acting,
  definition: Executable,
  request: LaunchRequest,
  chosen: Route & Words & Placement,
): NewRun {
  const { settings } = services;
  const runId = (request.runId ?? newRunId)(chosen.engine);
  const queuedAt = new Date();
  const parent = parentRunId(request.env);
  refuseLongTexts({
    owner: request.owner,
    idempotence_key: request.idempotenceKey,
    [PARENT_RUN_VARIABLE]: parent,
  });
  if (chosen.deadlineSeconds < 0) throw invalid('active_deadline_seconds', 'must not be negative');
  return {
    runId,
    workflowId: runId,
    ...kindOf(definition),
    alias: definition.alias,
    image: definition.image,
    clusterName: chosen.cluster,
    engine: chosen.engine,
    status: 'QUEUED',
    queuedAt,
    groupName: definition.group_name,
    env: [...reserved(services, runId, request.owner), ...request.env],
    user: request.owner,
    taskType: 'task',
    command: chosen.command,
    commandHash: chosen.commandHash,
    memory: request.memory,
    cpu: request.cpu,
    gpu: request.gpu,
    ephemeralStorage: request.ephemeralStorage,
    nodeLifecycle: chosen.lifecycle,
    activeDeadlineSeconds: chosen.deadlineSeconds,
    description: request.description,
    idempotenceKey: request.idempotenceKey,
    arch: request.arch,
    labels: request.labels,
    requiresDocker: definition.requires_docker,
    serviceAccount: request.serviceAccount,
    tier: request.tier ?? settings.tierDefault,
    parentRunId: parent,
    sparkExtension: request.sparkExtension === null ? null : askedSpark(request.sparkExtension),
    podEvents: firstEvents(services, chosen, queuedAt),
  };
}

/** `definition_id` refers to definitions, so a run of a template has none: docs/adr/0019. */
function kindOf({ definition_id: id, version, templatePayload }: Executable): Partial<NewRun> {
  if (templatePayload === undefined)
    return {
      definitionId: id,
      definitionVersion: version,
      executableId: id,
      executableType: 'task_definition',
    };
  return {
    definitionId: null,
    definitionVersion: null,
    executableId: id,
    executableType: TEMPLATE_TYPE,
    executionRequestCustom: templateCustom(templatePayload),
  };
}

function reserved(services: Acting, runId: string, owner: string): EnvVar[] {
  const { mode, ownerVariable } = services.settings;
  return reservedEnvironment({ runId, owner, mode, ownerVariable });
}

/** The run's first events: what its engine will not do of what was asked, and where it goes. */
function firstEvents(services: Acting, chosen: Route & Placement, at: Date): PodEvent[] | null {
  const event = { timestamp: at.toISOString(), source_object: 'flotilla' };
  const events = noticesOf(services, chosen.engine, chosen.cluster).map((notice) => ({
    ...event,
    event_type: 'Warning',
    ...notice,
  }));
  if (chosen.why !== null) {
    const message = `runs on demand: ${chosen.why}`;
    events.push({ ...event, event_type: 'Normal', reason: 'OnDemand', message });
  }
  return events.length === 0 ? null : events;
}

async function refuseUnderStoppingParent(tx: Tx, parent: string | null): Promise<void> {
  if (parent !== null && (await lockParent(tx, parent)) === 'stopping') {
    throw conflict(`parent run ${parent} is being stopped`);
  }
}

/** The run is accepted already: what fails here delays it. */
async function startWorkflow(services: Acting, run: RunRow): Promise<void> {
  const labels = { engine: run.engine, tier: run.tier ?? '' };
  try {
    await services.runs.start({
      runId: run.runId,
      alias: run.alias ?? '',
      owner: run.user ?? '',
      cluster: run.clusterName ?? '',
      engine: run.engine,
    });
    services.telemetry.metrics.count('enqueue', { ...labels, status: 'success' });
  } catch (error) {
    services.telemetry.metrics.count('enqueue', { ...labels, status: 'failure' });
    services.warn('a run was accepted without its workflow; reconcile starts it', {
      run_id: run.runId,
      error: messageOf(error),
    });
  }
}
