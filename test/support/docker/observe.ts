import type { AttemptSpec } from '../../../engines/engine.ts';
import { containerOf } from '../../../engines/docker/spec.ts';
import { LABELS } from '../../../engines/docker/names.ts';
import type { TestDocker } from './test-docker.ts';
import { settings } from './settings.ts';

/** A container as the daemon itself shows it. */
export interface SeenContainer {
  id: string;
  /** Without the slash. */
  name: string;
  /** Whether it ever ran. */
  started: boolean;
  running: boolean;
}

interface InspectedJson {
  Id: string;
  Name: string;
  State: { Running: boolean; StartedAt: string };
}

/** All containers of a run, asked from the daemon and not from the engine. */
export async function containersFor(docker: TestDocker, runId: string): Promise<SeenContainer[]> {
  const filters = JSON.stringify({ label: [`${LABELS.runId}=${runId}`] });
  const listed = JSON.parse(
    await docker.ask('GET', `/containers/json?all=1&filters=${encodeURIComponent(filters)}`),
  ) as { Id: string }[];
  const seen = listed.map(async ({ Id }): Promise<SeenContainer | null> => {
    // One that goes away meanwhile is left out.
    const text = await docker.ask('GET', `/containers/${Id}/json`).catch(() => null);
    if (text === null) return null;
    const { Name, State } = JSON.parse(text) as InspectedJson;
    const started = !State.StartedAt.startsWith('0001-');
    return { id: Id, name: Name.replace(/^\//, ''), started, running: State.Running };
  });
  return (await Promise.all(seen)).filter((one) => one !== null);
}

/** Makes a container of an attempt and does not start it, as a launcher does that dies in between. */
export async function makeContainer(
  docker: TestDocker,
  name: string,
  spec: AttemptSpec,
): Promise<void> {
  const own = { ...settings, cluster: 'docker-test', network: 'host' };
  const body = containerOf(spec, own, { cpus: 1 });
  await docker.ask('POST', `/containers/create?name=${name}`, { body });
}
