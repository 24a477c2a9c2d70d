import type { TestDocker } from '../docker/test-docker.ts';
import { eventually } from '../eventually.ts';

const HEALTH_MS = 60_000;
const SECOND_NS = 1e9;

type Environment = Record<string, string>;
export interface Ended {
  code: number;
  /** What it wrote, to standard output and standard error. */
  log: string;
}

/** Containers of an image, on this machine's network, with a root that they cannot write and a `/tmp`. */
export class Containers {
  readonly #docker: TestDocker;
  readonly #image: string;
  readonly #ids: string[] = [];

  constructor(docker: TestDocker, image: string) {
    this.#docker = docker;
    this.#image = image;
  }

  /** @param volume name of one in place of a data directory of its own */
  async start(
    command: string[],
    environment: Environment,
    { volume, body = {} }: { volume?: string; body?: Record<string, unknown> } = {},
  ): Promise<Container> {
    const host = {
      NetworkMode: 'host',
      ReadonlyRootfs: true,
      Tmpfs: { '/tmp': '' },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ...(volume === undefined ? {} : { Binds: [`${volume}:/var/lib/flotilla`] }),
    };
    const asked = {
      Image: this.#image,
      Cmd: command.length === 0 ? undefined : command,
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      HostConfig: host,
      // The image's own check, sooner.
      Healthcheck: { Interval: SECOND_NS, StartPeriod: 5 * SECOND_NS },
      ...body,
    };
    const answer = await this.#docker.ask('POST', '/containers/create', { body: asked });
    const { Id } = JSON.parse(answer) as { Id: string };
    this.#ids.push(Id);
    await this.#docker.ask('POST', `/containers/${Id}/start`);
    return new Container(this.#docker, Id);
  }

  async toEnd(
    command: string[],
    environment: Environment,
    body: Record<string, unknown> = {},
  ): Promise<Ended> {
    return (await this.start(command, environment, { body })).ended();
  }

  async removeAll(): Promise<void> {
    for (const id of this.#ids.splice(0))
      await this.#docker.ask('DELETE', `/containers/${id}?force=1&v=1`);
  }
}

export class Container {
  readonly #docker: TestDocker;
  readonly #id: string;

  constructor(docker: TestDocker, id: string) {
    this.#docker = docker;
    this.#id = id;
  }

  /** Waits for its end. */
  async ended(): Promise<Ended> {
    const answer = await this.#docker.ask('POST', `/containers/${this.#id}/wait`);
    const { StatusCode } = JSON.parse(answer) as { StatusCode: number };
    return { code: StatusCode, log: await this.log() };
  }

  /** TERM, and KILL for one that is there after the grace; the code is 137 then. */
  async stop(graceSeconds: number): Promise<Ended> {
    await this.#docker.ask('POST', `/containers/${this.#id}/stop?t=${graceSeconds}`);
    return this.ended();
  }

  healthy(): Promise<void> {
    return this.health('healthy');
  }

  /** Waits until Docker calls it so. */
  async health(wanted: 'healthy' | 'unhealthy'): Promise<void> {
    const asked = async (): Promise<boolean> => {
      const answer = await this.#docker.ask('GET', `/containers/${this.#id}/json`);
      const { State } = JSON.parse(answer) as {
        State: { Running: boolean; Health?: { Status: string } };
      };
      if (!State.Running) throw new Error(`it has ended:\n${await this.log()}`);
      return State.Health?.Status === wanted;
    };
    await eventually(`the container is ${wanted}`, asked, HEALTH_MS).catch(
      async (error: unknown) => {
        throw new Error(await this.log(), { cause: error });
      },
    );
  }

  /** Runs a command in it; gives what it wrote, whatever its exit code. */
  async exec(command: string[]): Promise<string> {
    const body = { Cmd: command, AttachStdout: true, AttachStderr: true };
    const made = await this.#docker.ask('POST', `/containers/${this.#id}/exec`, { body });
    const { Id } = JSON.parse(made) as { Id: string };
    const start = { body: { Detach: false }, pieces: true };
    return this.#docker.ask('POST', `/exec/${Id}/start`, start);
  }

  log(): Promise<string> {
    const path = `/containers/${this.#id}/logs?stdout=1&stderr=1`;
    return this.#docker.ask('GET', path, { pieces: true });
  }
}
