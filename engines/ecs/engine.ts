import { DescribeClustersCommand, type Cluster as EcsCluster } from '@aws-sdk/client-ecs';
import { FlotillaError } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { EngineSizes } from '../../domain/resources.ts';
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
  Turns,
} from '../engine.ts';
import type { Shared } from '../by-key.ts';
import type { QueueConsumer } from '../queue-consumer.ts';
import { tailedBytes, tailedSizeOrNull } from '../tailed-log.ts';
import { capacityOf, capacityText } from './capacity.ts';
import type { ChangedTask } from './queue-message.ts';
import { endAttempt } from './end.ts';
import { isThrottling } from '../../aws/client.ts';
import { asked } from './errors.ts';
import { find, foundOf } from './find.ts';
import { launchTask } from './launch.ts';
import { tailLog } from './logs.ts';
import { nameOf, startedByOf } from './names.ts';
import type { Region } from './region.ts';
import type { EcsSettings } from './settings.ts';
import { SIZES } from './sizes.ts';
import { Tasks } from './tasks.ts';
import type { Cluster } from './view.ts';
import { listPage, watchCluster } from './watch.ts';

/** How long what a cluster is made of is believed. */
const CLUSTER_MS = 600_000;
const FARGATE_SPOT = 'FARGATE_SPOT';

/** Runs each attempt as a task of Amazon ECS; docs/engines/ecs.md. */
export class EcsEngine implements Engine {
  readonly name = 'ecs';
  readonly turns: Turns;
  readonly sizes: EngineSizes;
  readonly #cluster: Cluster;
  readonly #close: () => Promise<void>;
  #spot: { at: number; provider: string | null } | null = null;

  /** @param consumer of the queue with the tasks' changes; null where there is none */
  constructor(
    shared: Shared<Region>,
    settings: EcsSettings,
    consumer: QueueConsumer<ChangedTask> | null,
  ) {
    this.turns = settings.turns;
    this.#close = shared.close;
    this.sizes = SIZES[settings.launchType];
    this.#cluster = {
      region: shared.value,
      settings,
      tasks: new Tasks(shared.value.ecs, settings.cluster),
      consumer,
      missing: new Map(),
      spotProvider: () => this.#spotProvider(),
    };
  }

  launch(spec: AttemptSpec, signal: AbortSignal, register: Register): Promise<Job | null> {
    return launchTask(this.#cluster, spec, signal, register);
  }

  find(ref: JobRef, askedAt: Date | null = null): Promise<Found> {
    return asked(`cannot look for ${nameOf(ref)}`, () => find(this.#cluster, ref, askedAt));
  }

  describe(externalId: string): Promise<Found> {
    return asked(`cannot look at ${externalId}`, () => foundOf(this.#cluster, externalId));
  }

  end(request: EndRequest): Promise<EndAnswer> {
    return asked(`cannot end ${nameOf(request.ref)}`, () => endAttempt(this.#cluster, request));
  }

  list(cursor: string | null): Promise<JobPage> {
    return asked('cannot list tasks', () => listPage(this.#cluster, cursor));
  }

  watch(signal: AbortSignal): AsyncIterable<Change> {
    return watchCluster(this.#cluster, signal);
  }

  logs(externalId: string, offset: number): AsyncGenerator<Uint8Array> {
    return tailedBytes(this, externalId, offset);
  }

  logSize(externalId: string): Promise<number | null> {
    return tailedSizeOrNull(this, externalId);
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

  /** ECS forgets a task by itself; the list leaves it out from now on. */
  release(ref: JobRef): Promise<void> {
    this.#cluster.region.released.set(startedByOf(ref), true);
    return Promise.resolve();
  }

  notices(): Notice[] {
    return [];
  }

  probe(): Promise<string> {
    return asked('the cluster does not answer', async () => {
      const { consumer } = this.#cluster;
      const news = consumer === null ? 'no queue: changes are told by the sweep' : null;
      const found = await this.#describe();
      return [describeCluster(found), await this.#room(found), news]
        .filter((text) => text !== null)
        .join('; ');
    });
  }

  /** What its instances have left; null without any, and for who may not look. */
  async #room({
    registeredContainerInstancesCount: count = 0,
  }: EcsCluster): Promise<string | null> {
    if (count === 0) return null;
    const { region, settings } = this.#cluster;
    try {
      return capacityText(await capacityOf(region.ecs, settings.cluster));
    } catch {
      return null;
    }
  }

  async #describe(): Promise<EcsCluster> {
    const { region, settings } = this.#cluster;
    const query = new DescribeClustersCommand({ clusters: [settings.cluster] });
    const { clusters = [], failures = [] } = await region.ecs.send(query);
    const [found] = clusters;
    if (found === undefined || found.status === 'INACTIVE') {
      const said =
        failures.map(({ reason }) => reason).join(', ') || (found?.status ?? 'no answer');
      throw new FlotillaError('unavailable', `ECS has no cluster ${settings.cluster}: ${said}`);
    }
    this.#spot = { at: Date.now(), provider: this.#spotOf(found) };
    return found;
  }

  #spotOf({ capacityProviders = [] }: EcsCluster): string | null {
    const { spotProvider, launchType } = this.#cluster.settings;
    if (spotProvider !== null) return spotProvider;
    const can = launchType === 'FARGATE' && capacityProviders.includes(FARGATE_SPOT);
    return can ? FARGATE_SPOT : null;
  }

  async #spotProvider(): Promise<string | null> {
    const known = this.#spot;
    if (known !== null && Date.now() - known.at < CLUSTER_MS) return known.provider;
    const { spotProvider, launchType } = this.#cluster.settings;
    if (spotProvider !== null || launchType !== 'FARGATE') return spotProvider;
    try {
      return this.#spotOf(await this.#describe());
    } catch (error) {
      if (known !== null && isThrottling(error)) return known.provider;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#close();
  }
}

function describeCluster(cluster: EcsCluster): string {
  const { status = 'UNKNOWN', capacityProviders = [] } = cluster;
  const parts = [
    `${cluster.registeredContainerInstancesCount ?? 0} container instances`,
    `${cluster.runningTasksCount ?? 0} tasks running`,
    `${cluster.pendingTasksCount ?? 0} pending`,
    ...(capacityProviders.length === 0 ? [] : [`capacity from ${capacityProviders.join(', ')}`]),
  ];
  return `${status}: ${parts.join(', ')}`;
}
