import { attemptEnvironment, attemptSecrets } from '../domain/environment.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import {
  attemptResources,
  gpuOf,
  heedsHistory,
  memoryCeiling,
  type History,
  type SizedResources,
} from '../domain/resources.ts';
import type { MemoryRoom } from '../domain/retry.ts';
import type { Launch } from '../db/launch.ts';
import { adaptSpark, type AdaptedSpark } from '../domain/spark-memory.ts';
import type { SparkExtension } from '../domain/spark.ts';
import { oomHistory, sparkHistory } from '../db/run-history.ts';
import type { AttemptSpec } from '../engines/engine.ts';
import { engineOf, policyOf, type EngineDeps } from './engine-deps.ts';
import { tellHistoryFailed, tellSizing } from './tell-sizing.ts';

/** What an attempt gets. */
export interface SizedAttempt extends SizedResources {
  /** Null for what is no Spark job. */
  spark: SparkExtension | null;
}

/**
 * What an attempt is given: as it is on record, else decided now.
 * @throws FlotillaError `rejected` when the engine has no size for it
 */
export async function sizeAttempt(
  deps: EngineDeps,
  found: Launch,
  ref: JobRef,
): Promise<SizedAttempt> {
  const { run, definition, attempts } = found;
  const policy = policyOf(deps, definition?.retry_policy);
  const facts = {
    run,
    definition,
    history: await historyOf(deps, found, ref),
    earlier: attempts
      .filter(({ attempt }) => attempt < ref.attempt)
      .map(({ attempt, givenMemory, failureClass }) => ({
        attempt,
        memoryMb: givenMemory,
        oom: failureClass === 'oom',
      })),
    oomMemoryFactor: policy.retry_on_oom ? policy.oom_memory_factor : null,
    sizes: isRecorded(ownOf(found, ref)) ? null : (deps.engine.sizes ?? null),
  };
  const engine = engineOf(deps, ref);
  const sized = attemptResources(engine, facts);
  if (engine === 'eks' && !isRecorded(ownOf(found, ref))) tellSizing(deps, found, facts, sized);
  return withSpark(asRecorded(found, ref, sized), await adaptedSpark(deps, found, ref));
}

/** With the memory that a Spark job gets, where that differs; the reason stands with the others. */
function withSpark(sized: SizedResources, adapted: AdaptedSpark | null): SizedAttempt {
  if (adapted === null) return { ...sized, spark: null };
  const { sizing } = sized;
  if (adapted.sizing === null) return { ...sized, spark: adapted.spark };
  const reasons = [sizing.sizing, adapted.sizing].filter((text) => text !== null);
  return {
    ...sized,
    spark: adapted.spark,
    sizing: { ...sizing, sizing: [...new Set(reasons)].join('; ') },
  };
}

async function adaptedSpark(
  deps: EngineDeps,
  { run, definition }: Launch,
  ref: JobRef,
): Promise<AdaptedSpark | null> {
  const { sparkExtension: spark, executableId, commandHash } = run;
  if (spark === null || engineOf(deps, ref) !== 'eks-spark') return null;
  if (definition?.adaptive_resource_allocation === false) return { spark, sizing: null };
  // What became of the attempt before counts, too.
  const own = ref.attempt > 1;
  const before =
    executableId === null || commandHash === null
      ? { driverOom: false, executorOom: false }
      : await sparkHistory(deps.db, { executableId, commandHash, exceptRunId: ref.runId });
  return adaptSpark(spark, {
    driverOom: before.driverOom || (own && spark.driver_oom === true),
    executorOom: before.executorOom || (own && spark.executor_oom === true),
  });
}

/** A repeated launch gives what the first one gave, whatever history says by now. */
function asRecorded(found: Launch, ref: JobRef, sized: SizedResources): SizedResources {
  const own = ownOf(found, ref);
  if (own === undefined || !isRecorded(own)) return sized;
  const { askedCpu, askedMemory, givenCpu, givenMemory, sizing: why } = own;
  const sizing = { askedCpu, askedMemory, givenCpu, givenMemory, sizing: why };
  return {
    ...sized,
    resources: {
      ...sized.resources,
      cpuMillicores: own.givenCpu,
      cpuLimitMillicores: own.givenCpu,
      memoryMb: own.givenMemory,
      memoryLimitMb: own.givenMemory,
    },
    sizing,
  };
}

function ownOf(found: Launch, ref: JobRef): Launch['attempts'][number] | undefined {
  return found.attempts.find(({ attempt }) => attempt === ref.attempt);
}

function isRecorded(own: Launch['attempts'][number] | undefined): boolean {
  return own !== undefined && (own.givenCpu !== null || own.givenMemory !== null);
}

/** Asked for only where it counts: engine local has no such query on its way to a job. */
async function historyOf(deps: EngineDeps, found: Launch, ref: JobRef): Promise<History | null> {
  const { run, definition } = found;
  const { executableId, commandHash } = run;
  if (executableId === null || commandHash === null) return null;
  if (!heedsHistory(engineOf(deps, ref), run, definition)) return null;
  const of = { executableId, commandHash, exceptRunId: ref.runId };
  return oomHistory(deps.db, of).catch((error: unknown) => {
    tellHistoryFailed(deps);
    throw error;
  });
}

/** How much memory an attempt had, for what follows it; null for Spark jobs, of which this says nothing. */
export function memoryRoom(deps: EngineDeps, found: Launch, ref: JobRef): MemoryRoom | null {
  if (engineOf(deps, ref) === 'eks-spark') return null;
  const own = ownOf(found, ref);
  const { name, sizes = null } = deps.engine;
  const cpu = own?.givenCpu ?? 0;
  return {
    givenMb: own?.givenMemory ?? null,
    ceilingMb: memoryCeiling(name, gpuOf(found.run, found.definition), sizes),
    fit: (memory) => sizes?.fit({ cpu, memory }).memory ?? memory,
  };
}

/** Since when a launch may have started the attempt; now, where this is the first. */
export function askedAt(found: Launch, ref: JobRef): Date {
  const own = ownOf(found, ref);
  return own?.askedAt == null ? new Date() : new Date(own.askedAt);
}

/** What the engine is asked to run: the run's values, and of the definition what is only there. */
export function specOf(found: Launch, ref: JobRef, sized: SizedAttempt): AttemptSpec {
  const { run, definition } = found;
  const { resources } = sized;
  const onDemand = run.nodeLifecycle === 'ondemand' || resources.gpu > 0;
  return {
    runId: ref.runId,
    attempt: ref.attempt,
    askedAt: askedAt(found, ref),
    image: run.image ?? '',
    command: run.command ?? '',
    environment: attemptEnvironment(definition?.env ?? [], run.env ?? [], ref),
    secrets: attemptSecrets(definition?.env ?? [], run.env ?? []),
    resources,
    ports: definition?.ports ?? [],
    labels: run.labels ?? {},
    arch: run.arch,
    nodeLifecycle: onDemand ? 'ondemand' : 'spot',
    serviceAccount: run.serviceAccount,
    requiresDocker: run.requiresDocker ?? false,
    deadlineSeconds: run.activeDeadlineSeconds || null,
    tier: run.tier ?? '',
    capabilities: found.capabilities,
    owner: run.user ?? '',
    alias: run.alias ?? '',
    spark: sized.spark,
  };
}
