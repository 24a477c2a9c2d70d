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
import { oomHistory } from '../db/run-history.ts';
import type { AttemptSpec } from '../engines/engine.ts';
import { policyOf, type EngineDeps } from './engine-deps.ts';

/**
 * What an attempt is given: as it is on record, else decided now.
 * @throws FlotillaError `rejected` when the engine has no size for it
 */
export async function sizeAttempt(
  deps: EngineDeps,
  found: Launch,
  ref: JobRef,
): Promise<SizedResources> {
  const { run, definition, attempts } = found;
  const policy = policyOf(deps, definition?.retry_policy);
  const sized = attemptResources(deps.engine.name, {
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
  });
  return asRecorded(found, ref, sized);
}

/** A repeated launch gives what the first one gave, whatever history says by now. */
function asRecorded(found: Launch, ref: JobRef, sized: SizedResources): SizedResources {
  const own = ownOf(found, ref);
  if (own === undefined || !isRecorded(own)) return sized;
  const { attempt: _, failureClass: __, askedAt: ___, ...sizing } = own;
  return {
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
  if (!heedsHistory(deps.engine.name, run, definition)) return null;
  return oomHistory(deps.db, { executableId, commandHash, exceptRunId: ref.runId });
}

/** How much memory an attempt had, for the decision on what follows it. */
export function memoryRoom(deps: EngineDeps, found: Launch, ref: JobRef): MemoryRoom {
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
export function specOf(found: Launch, ref: JobRef, sized: SizedResources): AttemptSpec {
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
  };
}
