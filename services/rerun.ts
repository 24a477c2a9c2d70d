import type { Caller } from '../domain/caller.ts';
import { rerunId } from '../domain/bulk.ts';
import type { EngineName } from '../domain/engine-name.ts';
import { isEngineName } from '../domain/engine-name.ts';
import { PARENT_RUN_VARIABLE, reservedEnvironment, type EnvVar } from '../domain/environment.ts';
import { invalid } from '../domain/errors.ts';
import type { RunRow } from '../db/runs.ts';
import type { Acting } from './context.ts';
import { getDefinition } from './definitions.ts';
import { getRun } from './runs.ts';
import { EMPTY_REQUEST, submitRun, type LaunchRequest } from './submit.ts';

/**
 * Launches a run again as it was launched: same command, environment, resources and place, on the
 * definition as it is now. It is no child of the run that the first one was started from.
 * @param bulkId of the bulk action that asks; with it, a repeat launches nothing twice
 * @throws FlotillaError `not_found` (the run, its definition), `invalid`, `conflict`
 */
export async function rerunRun(
  services: Acting,
  caller: Caller,
  runId: string,
  bulkId: string | null = null,
): Promise<RunRow> {
  const run = await getRun(services, caller, runId);
  const { definitionId } = run;
  if (definitionId === null) throw invalid('run_id', `${runId} has no definition to run again`);
  const request = requestOf(services, run);
  const id = (engine: EngineName): string => rerunId(bulkId ?? '', runId, engine);
  return submitRun(services, caller, () => getDefinition(services, caller, definitionId), {
    ...request,
    owner: request.owner === '' ? (caller.name ?? '') : request.owner,
    ...(bulkId === null ? {} : { runId: id }),
  });
}

function requestOf(services: Acting, run: RunRow): LaunchRequest {
  const { nodeLifecycle: lifecycle } = run;
  return {
    ...EMPTY_REQUEST,
    owner: run.user ?? '',
    cluster: run.clusterName,
    engine: isEngineName(run.engine) ? run.engine : null,
    env: callersOwn(services, run),
    command: run.command === '' ? null : run.command,
    memory: run.memory,
    cpu: run.cpu,
    gpu: run.gpu,
    ephemeralStorage: run.ephemeralStorage,
    nodeLifecycle: lifecycle === 'spot' || lifecycle === 'ondemand' ? lifecycle : null,
    activeDeadlineSeconds: run.activeDeadlineSeconds,
    description: run.description,
    arch: run.arch,
    labels: run.labels,
    serviceAccount: run.serviceAccount,
    tier: run.tier,
    sparkExtension: run.sparkExtension,
  };
}

/** What the caller set, without what every run is given ahead of that. */
function callersOwn({ settings }: Acting, run: RunRow): EnvVar[] {
  const { ownerVariable, mode } = settings;
  const given = reservedEnvironment({ runId: '', owner: '', mode, ownerVariable });
  const env = run.env ?? [];
  const reserved = given.every(({ name }, i) => env[i]?.name === name) ? given.length : 0;
  return env.slice(reserved).filter(({ name }) => name !== PARENT_RUN_VARIABLE);
}
