import { Context } from '@temporalio/activity';
import { messageOf } from '../domain/errors.ts';
import { recordPodEvents, recordUsage } from '../db/cluster-facts.ts';
import { recordPlaces, type PlacedJob } from '../db/places.ts';
import { recordSparkFacts, type SparkJobFacts } from '../db/spark-facts.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobUsage } from '../engines/engine.ts';
import type { EngineDeps } from './engine-deps.ts';

const FLUSH_AFTER_MS = 300;
const FLUSH_AT_EVENTS = 200;
/** Milliseconds until what could not be written is tried again. */
const AGAIN_AFTER_MS = 2_000;
/** Facts of each kind that wait for a database that is away; the oldest go first. */
const MAX_WAITING = 5_000;

/** What facts are written with. */
type FactDeps = Pick<EngineDeps, 'db' | 'engine' | 'telemetry'>;

/**
 * What a watch learns about jobs beside their phases, written together: a flood of events does not
 * hold up the news that a job is over. What cannot be written is news to the next cycle.
 */
export class FactBatch {
  readonly #deps: FactDeps;
  readonly #log = Context.current().log;
  #events: JobEvent[] = [];
  #places = new Map<string, PlacedJob>();
  #usages = new Map<string, JobUsage>();
  #sparks = new Map<string, SparkJobFacts>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<boolean> = Promise.resolve(true);
  #closed = false;

  constructor(deps: FactDeps) {
    this.#deps = deps;
  }

  event(event: JobEvent): void {
    this.#events.push(event);
    if (this.#events.length > MAX_WAITING) this.#events.shift();
    this.#flushAfter(this.#events.length === FLUSH_AT_EVENTS ? 0 : FLUSH_AFTER_MS);
  }

  /** The latest place of a job counts. */
  place(placed: PlacedJob): void {
    this.#places.set(`${placed.ref.runId}/${placed.ref.attempt}`, placed);
    this.#flushAfter(FLUSH_AFTER_MS);
  }

  /** The latest facts of a Spark job count. */
  spark(told: SparkJobFacts): void {
    this.#sparks.set(`${told.ref.runId}/${told.ref.attempt}`, told);
    this.#flushAfter(FLUSH_AFTER_MS);
  }

  usage(usage: JobUsage): void {
    this.#keep(usage);
    this.#flushAfter(FLUSH_AFTER_MS);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flush();
  }

  /** The most counts. */
  #keep({ ref, memoryMb, cpuMillicores }: JobUsage): void {
    const key = `${ref.runId}/${ref.attempt}`;
    const before = this.#usages.get(key);
    this.#usages.set(key, {
      ref,
      memoryMb: Math.max(memoryMb, before?.memoryMb ?? 0),
      cpuMillicores: Math.max(cpuMillicores, before?.cpuMillicores ?? 0),
    });
  }

  #flushAfter(ms: number): void {
    if (this.#closed || (this.#timer !== null && ms > 0)) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), ms);
  }

  /** One after the other; each takes what came meanwhile. */
  async #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
    if (!(await this.#writing)) this.#flushAfter(AGAIN_AFTER_MS);
  }

  async #write(): Promise<boolean> {
    const [events, places, usages] = [this.#events, this.#places, this.#usages];
    const sparks = this.#sparks;
    this.#events = [];
    this.#places = new Map();
    this.#usages = new Map();
    this.#sparks = new Map();
    try {
      const { db } = this.#deps;
      tellEvents(this.#deps, await recordPodEvents(db, events));
      tellMoves(this.#deps, await recordPlaces(db, [...places.values()]));
      await recordUsage(db, [...usages.values()]);
      await recordSparkFacts(db, [...sparks.values()]);
      return true;
    } catch (error) {
      this.#log.warn('facts of jobs are not on record yet', { error: messageOf(error) });
      this.#events = [...events, ...this.#events].slice(-MAX_WAITING);
      this.#places = new Map([...places, ...this.#places].slice(-MAX_WAITING));
      this.#sparks = new Map([...sparks, ...this.#sparks].slice(-MAX_WAITING));
      for (const usage of usages.values()) this.#keep(usage);
      return false;
    }
  }
}

/** Counted when it is first heard of, not again with each list of events. */
function tellEvents(
  { engine, telemetry }: FactDeps,
  events: readonly { reason: string; source: string }[],
): void {
  for (const { reason, source } of events) {
    if (!reason.includes('TriggeredScaleUp')) continue;
    telemetry.metrics.count('scaleUp', { engine: engine.name, source });
  }
}

/** @param moves how many runs went from one pod to another */
export function tellMoves({ engine, telemetry }: FactDeps, moves: number): void {
  for (let i = 0; i < moves; i += 1) {
    telemetry.metrics.count('podNameChanged', { engine: engine.name });
  }
}
