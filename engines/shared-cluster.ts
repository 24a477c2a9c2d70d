import { setTimeout as sleep } from 'node:timers/promises';
import { engineOfRunId } from '../domain/engine-name.ts';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { ChangeQueue, WatchPart } from './change-queue.ts';
import { changesOf } from './change-queue.ts';
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
} from './engine.ts';
import type { Warn } from './queue-consumer.ts';

/** Until a watch of Spark jobs that broke off is begun again. */
const AGAIN_MS = 5_000;
const SPARK_PAGE = 'spark ';

/** An engine whose logs are tailed. */
type TailedEngine = Engine & Required<Pick<Engine, 'tail'>>;

/**
 * A cluster of Kubernetes that runs jobs of engine eks, and of eks-spark where it has a virtual cluster in
 * EMR. Whose a run is, is the first part of its id. EMR is another service than the cluster: while it does
 * not answer, jobs of engine eks go on as ever.
 */
export class SharedCluster implements Engine {
  readonly name = 'eks';
  readonly #eks: TailedEngine;
  readonly #spark: TailedEngine | null;
  readonly #warn: Warn;

  constructor(eks: TailedEngine, spark: TailedEngine | null, warn: Warn) {
    this.#eks = eks;
    this.#spark = spark;
    this.#warn = warn;
  }

  launch(
    spec: AttemptSpec,
    signal: AbortSignal,
    register: Register,
    tell?: Tell,
  ): Promise<Job | null> {
    return this.#to(spec, (engine) => engine.launch(spec, signal, register, tell));
  }

  find(ref: JobRef, askedAt?: Date | null): Promise<Found> {
    return this.#to(ref, (engine) => engine.find(ref, askedAt));
  }

  describe(externalId: string): Promise<Found> {
    return this.#holding(externalId).describe(externalId);
  }

  end(request: EndRequest): Promise<EndAnswer> {
    return this.#to(request.ref, (engine) => engine.end(request));
  }

  /** Those of engine eks, then those of eks-spark. */
  async list(cursor: string | null): Promise<JobPage> {
    if (cursor?.startsWith(SPARK_PAGE) === true) return this.#sparkPage(cursor);
    const page = await this.#eks.list(cursor);
    const jobs = page.jobs.filter((job) => !isSpark(job));
    const after = this.#spark === null ? null : SPARK_PAGE;
    return { jobs, next: page.next ?? after };
  }

  watch(signal: AbortSignal): AsyncIterable<Change> {
    const parts: WatchPart<SharedCluster>[] = [
      async (_, queue, end) => forward(this.#eks.watch(end), queue, (job) => !isSpark(job)),
    ];
    const spark = this.#spark;
    if (spark !== null) parts.push((_, queue, end) => this.#watchSpark(spark, queue, end));
    return changesOf(this, parts, signal);
  }

  logs(externalId: string, offset: number): AsyncIterable<Uint8Array> {
    return this.#holding(externalId).logs(externalId, offset);
  }

  logSize(externalId: string): Promise<number | null> {
    return this.#holding(externalId).logSize(externalId);
  }

  logFile(externalId: string): string | null {
    return this.#holding(externalId).logFile(externalId);
  }

  tail(
    externalId: string,
    cursor: string | null,
    options: { follow: boolean; signal: AbortSignal },
  ): AsyncIterable<TailChunk> {
    return this.#holding(externalId).tail(externalId, cursor, options);
  }

  notices(): Notice[] {
    return this.#eks.notices();
  }

  async probe(): Promise<string> {
    const version = await this.#eks.probe();
    if (this.#spark === null) return version;
    const spark = await this.#spark.probe().catch((error: unknown) => messageOf(error));
    return `${version}; EMR: ${spark}`;
  }

  release(ref: JobRef): Promise<void> {
    return this.#to(ref, (engine) => engine.release(ref));
  }

  async close(): Promise<void> {
    await Promise.all([this.#eks.close(), this.#spark?.close()]);
  }

  async #sparkPage(cursor: string): Promise<JobPage> {
    const own = cursor.slice(SPARK_PAGE.length);
    try {
      const page = await this.#sparkEngine().list(own === '' ? null : own);
      return { ...page, next: page.next === null ? null : `${SPARK_PAGE}${page.next}` };
    } catch (error) {
      return { jobs: [], next: null, unlisted: { engine: 'eks-spark', reason: messageOf(error) } };
    }
  }

  async #watchSpark(spark: Engine, queue: ChangeQueue, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await forward(spark.watch(signal), queue, () => true);
      } catch (error) {
        if (signal.aborted) return;
        this.#warn('the watch of Spark jobs broke off', { error: messageOf(error) });
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #to<T>(ref: Pick<JobRef, 'runId'>, call: (engine: Engine) => Promise<T>): Promise<T> {
    return call(isSpark(ref) ? this.#sparkEngine() : this.#eks);
  }

  /**
   * Names of engine eks have three parts, or end with the run's id where flotilla-os made the job; those of
   * EMR end with an id of EMR's own.
   */
  #holding(externalId: string): TailedEngine {
    const parts = externalId.split('/');
    const ofSpark = parts.length < 3 && engineOfRunId(parts.at(-1) ?? '') === null;
    return ofSpark ? this.#sparkEngine() : this.#eks;
  }

  /** @throws FlotillaError `unavailable` */
  #sparkEngine(): TailedEngine {
    if (this.#spark !== null) return this.#spark;
    const text = 'the cluster has no virtual cluster in EMR: set emr_virtual_clusters';
    throw new FlotillaError('unavailable', text);
  }
}

function isSpark({ runId }: Pick<JobRef, 'runId'>): boolean {
  return engineOfRunId(runId) === 'eks-spark';
}

async function forward(
  changes: AsyncIterable<Change>,
  queue: ChangeQueue,
  wants: (ref: JobRef) => boolean,
): Promise<void> {
  for await (const change of changes) {
    if (wants(refOf(change))) queue.put(change);
  }
}

function refOf(change: Change): JobRef {
  switch (change.kind) {
    case 'job':
      return change.job;
    case 'event':
      return change.event.ref;
    case 'usage':
      return change.usage.ref;
    case 'spark':
      return change.ref;
  }
}
