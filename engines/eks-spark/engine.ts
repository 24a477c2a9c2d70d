import { DescribeVirtualClusterCommand } from '@aws-sdk/client-emr-containers';
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
} from '../engine.ts';
import type { Shared } from '../by-key.ts';
import type { QueueConsumer } from '../queue-consumer.ts';
import { tailedBytes, tailedSizeOrNull } from '../tailed-log.ts';
import { endAttempt } from './end.ts';
import { asked } from './errors.ts';
import { find, foundOf } from './find.ts';
import { JobRuns } from './job-runs.ts';
import { launchJob } from './launch.ts';
import { tailLog } from './logs.ts';
import { nameOf } from './names.ts';
import type { PodSource } from './pod-watch.ts';
import type { ChangedJobRun } from './queue-message.ts';
import type { Region } from './region.ts';
import type { SparkSettings } from './settings.ts';
import type { Cluster } from './view.ts';
import { listPage, watchCluster } from './watch.ts';

/** Runs each attempt as a Spark job of EMR on EKS; docs/engines/eks-spark.md. */
export class SparkEngine implements Engine {
  readonly name = 'eks-spark';
  readonly #cluster: Cluster;
  readonly #close: () => Promise<void>;

  /**
   * @param consumer of the queue with the jobs' changes; null where there is none
   * @param pods of the cluster; null where they cannot be seen
   */
  constructor(
    shared: Shared<Region>,
    settings: SparkSettings,
    consumer: QueueConsumer<ChangedJobRun> | null,
    pods: PodSource | null,
  ) {
    const region = shared.value;
    this.#close = shared.close;
    this.#cluster = {
      region,
      settings,
      jobRuns: new JobRuns(region.emr, settings.virtualCluster),
      consumer,
      pods,
      missing: new Map(),
    };
  }

  launch(spec: AttemptSpec, signal: AbortSignal, register: Register): Promise<Job | null> {
    return launchJob(this.#cluster, spec, signal, register);
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
    return asked('cannot list job runs', () => listPage(this.#cluster, cursor));
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

  /** EMR forgets a job run by itself; the list leaves it out from now on. */
  async release(ref: JobRef): Promise<void> {
    const { jobRuns, region } = this.#cluster;
    const jobRun = await asked(`cannot look for ${nameOf(ref)}`, () => jobRuns.of(ref));
    if (jobRun?.id !== undefined) region.released.set(jobRun.id, true);
  }

  notices(): Notice[] {
    return [];
  }

  probe(): Promise<string> {
    return asked('the virtual cluster does not answer', async () => {
      const { region, settings, consumer, pods } = this.#cluster;
      const query = new DescribeVirtualClusterCommand({ id: settings.virtualCluster });
      const { virtualCluster } = await region.emr.send(query);
      const { state = 'UNKNOWN', name = '', containerProvider } = virtualCluster ?? {};
      if (state !== 'RUNNING') {
        const text = `virtual cluster ${settings.virtualCluster} is ${state}`;
        throw new FlotillaError('unavailable', text);
      }
      const namespace = containerProvider?.info?.eksInfo?.namespace ?? 'unknown';
      const news = consumer === null ? '; no queue: changes are told by the sweep' : '';
      const where = `namespace ${namespace} of ${containerProvider?.id ?? 'EKS'}`;
      const unseen = pods === null ? '; no credentials for its pods: no OOM flags, no links' : '';
      return `${state}: virtual cluster ${name} in ${where}${news}${unseen}`;
    });
  }

  close(): Promise<void> {
    this.#cluster.pods?.api.close();
    return this.#close();
  }
}
