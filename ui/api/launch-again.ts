import type { Schemas } from '../../client/client.ts';

type Run = Schemas['Run'];
type Launch = Schemas['Launch'];

/** What the server sets ahead of what the caller set, in this order; the last is the owner's. */
const RESERVED = ['FLOTILLA_SERVER_MODE', 'FLOTILLA_RUN_ID', 'AWS_ROLE_SESSION_NAME'];
/** A run that a person launches again is no child of the job that launched it first. */
const PARENT = 'PARENT_FLOTILLA_RUN_ID';
const LIFECYCLES = ['ondemand', 'spot'];

/** What was asked for when this run was launched, without what belongs to that one run (pure). */
export function launchOf(run: Run): Launch {
  return withoutAbsent({
    ...(run.definition_id === null
      ? { alias: run.alias ?? '' }
      : { definition_id: run.definition_id }),
    owner: run.owner,
    cluster: run.cluster,
    engine: run.engine,
    env: callersEnv(run.env),
    command: run.command,
    memory_mb: run.memory_mb,
    cpu_millicores: run.cpu_millicores,
    gpu: run.gpu,
    ephemeral_storage_mb: run.ephemeral_storage_mb,
    node_lifecycle: LIFECYCLES.find((one) => one === run.node_lifecycle) ?? null,
    active_deadline_seconds: run.active_deadline_seconds,
    description: run.description,
    arch: run.arch,
    labels: Object.keys(run.labels).length === 0 ? null : run.labels,
    service_account: run.service_account,
    tier: run.tier,
  });
}

function callersEnv(env: Run['env']): Run['env'] {
  const hasReserved = RESERVED.every((name, place) => env[place]?.name === name);
  return (hasReserved ? env.slice(RESERVED.length + 1) : env).filter(({ name }) => name !== PARENT);
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== ''),
  );
}
