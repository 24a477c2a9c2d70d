import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { timeLimit } from '../../domain/time-limit.ts';
import { DaemonError, isAbsent, isMidEnd, isStatus, toDaemonError } from './errors.ts';
import { greet } from './greet.ts';
import { jsonLines } from './json-lines.ts';
import { LABELS, plainName } from './names.ts';
import { optionsOf, type DaemonPlace } from './place.ts';

/** A daemon that takes longer than this for an answer does not answer. */
const ANSWER_MS = 30_000;
/** A start makes file systems and namespaces, of many containers at once. */
const START_MS = 120_000;
/** At a container that ends. */
const LOOKS = 10;
const LOOK_AGAIN_MS = 50;
const REMOVE_TRIES = 5;
const REMOVE_AGAIN_MS = 100;

/** A container in a list. */
export interface Listed {
  id: string;
  /** Without the slash. */
  name: string;
  labels: Record<string, string>;
  state: string;
  createdAt: Date;
  imageId: string;
}

export interface DaemonEvent {
  action: string;
  id: string;
  attributes: Record<string, string>;
  at: Date;
  nanos: string;
}

export type Inspected = Docker.ContainerInspectInfo;

/** The calls of the Engine API that this engine makes. All throw DaemonError. */
export class Daemon {
  readonly #docker: Docker;
  readonly #options: Docker.DockerOptions;

  /** @throws FlotillaError `invalid` for a place that is none */
  constructor(place: DaemonPlace) {
    this.#options = optionsOf(place);
    this.#docker = new Docker(this.#options);
  }

  create(
    name: string,
    body: Docker.ContainerCreateOptions,
    platform: string | null,
  ): Promise<string> {
    return this.#call(async (abortSignal) => {
      const more = platform === null ? {} : { platform };
      const made = await this.#docker.createContainer({ ...body, ...more, name, abortSignal });
      return made.id;
    });
  }

  /** All of an attempt, or of all attempts, of one cluster. */
  list(labels: Record<string, string>): Promise<Listed[]> {
    const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return this.#call(async (abortSignal) => {
      const found = await this.#docker.listContainers({
        all: true,
        filters: { label: [...label, LABELS.runId] },
        abortSignal,
      });
      return found.map((one) => ({
        id: one.Id,
        name: plainName(one.Names[0] ?? ''),
        labels: one.Labels,
        state: one.State,
        createdAt: new Date(one.Created * 1000),
        imageId: one.ImageID,
      }));
    });
  }

  /** Null when there is none. */
  async inspect(idOrName: string): Promise<Inspected | null> {
    for (let looks = 1; ; looks += 1) {
      try {
        return await this.#unlessAbsent((abortSignal) =>
          this.#docker.getContainer(idOrName).inspect({ abortSignal }),
        );
      } catch (error) {
        if (!isMidEnd(error) || looks === LOOKS) throw error;
        await sleep(LOOK_AGAIN_MS);
      }
    }
  }

  /** By the container's name of the moment. */
  start(name: string): Promise<void> {
    return this.#call(async (abortSignal) => {
      await this.#docker.getContainer(name).start({ abortSignal });
    }, START_MS);
  }

  rename(idOrName: string, name: string): Promise<void> {
    return this.#call(async (abortSignal) => {
      await this.#docker.getContainer(idOrName).rename({ name, abortSignal });
    });
  }

  kill(id: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#call(async (abortSignal) => {
      await this.#docker.getContainer(id).kill({ signal, abortSignal });
    });
  }

  unpause(id: string): Promise<void> {
    return this.#call(async (abortSignal) => {
      await this.#docker.getContainer(id).unpause({ abortSignal });
    });
  }

  /**
   * One that does not run. The daemon may fail where somebody else does something with it at that moment.
   * @returns false when it was not there, or still is
   */
  async remove(idOrName: string): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#call(async (abortSignal) => {
          await this.#docker.getContainer(idOrName).remove({ v: true, abortSignal });
        }, START_MS);
        return true;
      } catch (error) {
        if (isStatus(error, 404)) return false;
        if (!isStatus(error, 409, 500)) throw error;
        if (tries === REMOVE_TRIES) return false;
        await sleep(REMOVE_AGAIN_MS);
      }
    }
  }

  /** The log as frames, each with its time; see log-frames.ts. A stream, too, where it is not followed. */
  logs(
    id: string,
    { since, follow, signal }: { since: string | null; follow: boolean; signal: AbortSignal },
  ): Promise<Readable> {
    const query = { stdout: true, stderr: true, timestamps: true, follow };
    const options = { ...query, ...(since === null ? {} : { since }) };
    return this.#told(() => this.#stream(`/containers/${id}/logs?`, options, signal));
  }

  /** A sample of what a container uses; null where it does not run. */
  async stats(id: string): Promise<Docker.ContainerStats | null> {
    return this.#unlessAbsent(() => this.#docker.getContainer(id).stats({ stream: false }));
  }

  /** What happens to our containers, as lines of JSON, until the connection ends. */
  async *events(cluster: string, signal: AbortSignal): AsyncGenerator<DaemonEvent> {
    const stream = await this.#told(
      async () =>
        (await this.#docker.getEvents({
          filters: { type: ['container'], label: [`${LABELS.cluster}=${cluster}`] },
          abortSignal: signal,
        })) as Readable,
    );
    yield* eventsOf(stream);
  }

  /** Null when the daemon has no such image. */
  image(reference: string): Promise<Docker.ImageInspectInfo | null> {
    return this.#unlessAbsent(() => this.#docker.getImage(reference).inspect());
  }

  /** Lines of JSON that say how a pull goes on. */
  pull(
    reference: string,
    options: { platform: string | null; auth: object | null; signal: AbortSignal },
  ): Promise<Readable> {
    const { platform, auth, signal } = options;
    return this.#told(
      async () =>
        (await this.#docker.createImage(auth as Docker.AuthConfig, {
          fromImage: reference,
          ...(platform === null ? {} : { platform }),
          abortSignal: signal,
        })) as Readable,
    );
  }

  /** Leaves one that is in use. */
  async removeImage(id: string): Promise<void> {
    await this.#call((abortSignal) => this.#docker.getImage(id).remove({ abortSignal })).catch(
      () => undefined,
    );
  }

  version(): Promise<Docker.DockerVersion> {
    return this.#call(() => this.#docker.version());
  }

  /**
   * Returns when the daemon takes a new connection: one that is told to end closes its door first, then
   * ends its containers, and answers meanwhile whoever is still connected.
   */
  greet(): Promise<void> {
    return this.#call((signal) => greet(this.#options, signal));
  }

  info(): Promise<{
    NCPU: number;
    MemTotal: number;
    SwapLimit: boolean;
    LiveRestoreEnabled: boolean;
    Name: string;
  }> {
    return this.#call(() => this.#docker.info());
  }

  /** For what dockerode reads into memory. */
  #stream(path: string, options: object, abortSignal: AbortSignal): Promise<Readable> {
    const { modem } = this.#docker;
    return new Promise((resolve, reject) => {
      const dial = {
        path,
        method: 'GET',
        isStream: true,
        abortSignal,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
        options,
      };
      modem.dial(dial, (error: unknown, stream: unknown) =>
        error == null ? resolve(stream as Readable) : reject(error),
      );
    });
  }

  async #told<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toDaemonError(error);
    }
  }

  async #call<T>(call: (signal: AbortSignal) => Promise<T>, withinMs = ANSWER_MS): Promise<T> {
    const limit = timeLimit(withinMs);
    const late = new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () => {
        reject(new DaemonError(0, `the daemon did not answer within ${withinMs / 1000} s`));
      });
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([call(limit), late]);
    } catch (error) {
      throw toDaemonError(error);
    }
  }

  async #unlessAbsent<T>(
    call: (signal: AbortSignal) => Promise<T>,
    withinMs = ANSWER_MS,
  ): Promise<T | null> {
    try {
      return await this.#call(call, withinMs);
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }
}

async function* eventsOf(stream: Readable): AsyncGenerator<DaemonEvent> {
  for await (const line of jsonLines(stream)) {
    const event = line as {
      Action?: string;
      timeNano?: number;
      Actor?: { ID?: string; Attributes?: Record<string, string> };
    };
    const nanos = event.timeNano ?? 0;
    yield {
      action: event.Action ?? '',
      id: event.Actor?.ID ?? '',
      attributes: event.Actor?.Attributes ?? {},
      at: new Date(nanos / 1e6),
      nanos: String(nanos),
    };
  }
}
