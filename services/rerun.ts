import type { Caller } from '../domain/caller.ts';
import { rerunId } from '../domain/bulk.ts';
import { isEngineName } from '../domain/engine-name.ts';
import { PARENT_RUN_VARIABLE, reservedEnvironment, type EnvVar } from '../domain/environment.ts';
import { invalid } from '../domain/errors.ts';
import type { RunRow } from '../db/runs.ts';
import { executableOf, payloadOf, TEMPLATE_TYPE, type Executable } from '../domain/template.ts';
import type { Acting } from './context.ts';
import { getTemplate } from './templates.ts';
import { getDefinition } from './definitions.ts';
import { getRun } from './runs.ts';
import { EMPTY_REQUEST, submitRun, type LaunchRequest } from './submit.ts';

/**
 * Launches a run again as it was launched: same command, environment, resources and place, on the
 * definition as it is now, or with the same template and payload. It is no child of the run that the first one was started from.
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
  const find = executableAgain(services, caller, run);
  const request = requestOf(services, run);
  return submitRun(services, caller, find, {
    ...request,
    owner: request.owner === '' ? (caller.name ?? '') : request.owner,
    ...(bulkId === null ? {} : { runId: (engine) => rerunId(bulkId, runId, engine) }),
  });
}

/** A template is as it was; its command was rendered for the first run, and is said by that. */
function executableAgain(services: Acting, caller: Caller, run: RunRow): () => Promise<Executable> {
  const { definitionId, executableId: templateId } = run;
  if (run.executableType === TEMPLATE_TYPE && templateId !== null) {
    const payload = payloadOf(run.executionRequestCustom) ?? {};
    return async () =>
      executableOf(await getTemplate(services, caller, templateId), payload, run.command);
  }
  if (definitionId === null) throw invalid('run_id', `${run.runId} has no definition to run again`);
  return () => getDefinition(services, caller, definitionId);
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
