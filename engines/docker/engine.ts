import { FlotillaError } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type {
  AttemptSpec,
  Change,
  EndAnswer,
  EndRequest,
  Engine,
  Found,
  Job,
  JobPage,
  Notice,
  Register,
  TailChunk,
  Tell,
} from '../engine.ts';
import { tailedBytes, tailedSize } from '../tailed-log.ts';
import { Daemon, type Inspected } from './daemon.ts';
import { endAttempt } from './end.ts';
import { asked } from './errors.ts';
import { launch } from './launch.ts';
import { tailLog } from './logs.ts';
import { markAs } from './mark.ts';
import { externalIdOf, parseName, refOf, refOfLabels } from './names.ts';
import { Outages } from './outages.ts';
import { isRunning, isStarted, removed } from './outcome.ts';
import type { DaemonPlace } from './place.ts';
import { Pulls } from './pull.ts';
import type { DockerSettings } from './settings.ts';
import {
  bootTime,
  containersOf,
  findAttempt,
  inspectAll,
  jobOf,
  ours,
  standsFor,
  viewOf,
  type Cluster,
} from './view.ts';
import { watchDaemon } from './watch.ts';

/** Runs each attempt as a container of one daemon; docs/engines/docker.md. */
export class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly #cluster: Cluster;
  #cpus: number | null = null;

  constructor(place: DaemonPlace, settings: DockerSettings) {
    const daemon = new Daemon(place);
    const outages = new Outages(daemon, settings.cluster);
    const bootedAt = bootTime(place.host);
    this.#cluster = { daemon, settings, outages, bootedAt, pulls: new Pulls() };
  }

  launch(
    spec: AttemptSpec,
    signal: AbortSignal,
    register: Register,
    tell: Tell = () => undefined,
  ): Promise<Job | null> {
    return this.#asked(`cannot launch ${externalIdOf(spec)}`, async () => {
      this.#cpus ??= (await this.#cluster.daemon.info()).NCPU;
      return launch(this.#cluster, spec, { signal, register, tell, cpus: this.#cpus });
    });
  }

  find(ref: JobRef): Promise<Found> {
    return this.#asked(`cannot look for ${externalIdOf(ref)}`, () =>
      findAttempt(this.#cluster, ref),
    );
  }

  async describe(externalId: string): Promise<Found> {
    const ref = refOf(externalId);
    if (ref === null) return { kind: 'absent' };
    const found = await this.find(ref);
    if (found.kind !== 'absent') return found;
    // Whoever knows its name has it from a launch, which made a container first.
    return { kind: 'found', job: viewOf(ref, null, removed()) };
  }

  end(request: EndRequest): Promise<EndAnswer> {
    return this.#asked(`cannot end ${externalIdOf(request.ref)}`, () =>
      endAttempt(this.#cluster, request),
    );
  }

  /** One for each attempt, whatever containers there are of it. */
  list(): Promise<JobPage> {
    return this.#asked('cannot list containers', async () => {
      const listed = await this.#cluster.daemon.list(ours(this.#cluster));
      const kept = listed.filter(({ name }) => parseName(name).mark !== 'released');
      const attempts = new Map<string, { ref: JobRef; containers: Inspected[] }>();
      for (const container of await inspectAll(this.#cluster, kept)) {
        const ref = refOfLabels(container.Config.Labels);
        if (ref === null) continue;
        const of = attempts.get(externalIdOf(ref)) ?? { ref, containers: [] };
        attempts.set(externalIdOf(ref), { ref, containers: [...of.containers, container] });
      }
      const jobs: Job[] = [];
      for (const { ref, containers } of attempts.values()) {
        const container = standsFor(containers);
        if (container !== null) jobs.push(await jobOf(this.#cluster, ref, container));
      }
      return { jobs, next: null };
    });
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Change> {
    this.#cluster.outages.follow();
    yield* watchDaemon(this.#cluster, signal);
  }

  logs(externalId: string, offset: number): AsyncGenerator<Uint8Array> {
    return tailedBytes(this, externalId, offset);
  }

  async logSize(externalId: string): Promise<number | null> {
    const ref = refOf(externalId);
    if (ref === null) return null;
    const containers = await this.#asked('cannot look for the log', () =>
      containersOf(this.#cluster, ref),
    );
    return containers.some(isStarted) ? tailedSize(this, externalId) : null;
  }

  logFile(): null {
    return null;
  }

  tail(
    externalId: string,
    cursor: string | null,
    options: { follow: boolean; signal: AbortSignal },
  ): AsyncIterable<TailChunk> {
    return tailLog(this.#cluster, externalId, cursor, options);
  }

  /** What was started stays for a time, under a name that says so; see clean.ts. */
  release(ref: JobRef): Promise<void> {
    return this.#asked(`cannot release ${externalIdOf(ref)}`, async () => {
      const { daemon } = this.#cluster;
      for (const container of await containersOf(this.#cluster, ref)) {
        const { Id: id, Name: name } = container;
        if (isRunning(container)) {
          throw new FlotillaError('unavailable', `container ${name} still runs`);
        }
        if (!isStarted(container)) await daemon.remove(id);
        else if (parseName(name).mark !== 'released') {
          await markAs(this.#cluster, container, 'released');
        }
      }
    });
  }

  notices(): Notice[] {
    return [];
  }

  probe(): Promise<string> {
    return this.#asked('the daemon does not answer', async () => {
      const { Version: version, Os: os, Arch: arch } = await this.#cluster.daemon.version();
      return `Docker ${version} (${os}/${arch})`;
    });
  }

  close(): Promise<void> {
    return this.#cluster.outages.close();
  }

  #asked<T>(doing: string, work: () => Promise<T>): Promise<T> {
    this.#cluster.outages.follow();
    return asked(doing, work);
  }
}
