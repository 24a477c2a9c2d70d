import { FlotillaError, isAbort, messageOf } from '../domain/errors.ts';
import { LaunchFailed, type Change, type Engine } from '../engines/engine.ts';

/** Milliseconds between two reports: a cluster that is away fails every call. */
const REPORT_EVERY_MS = 5_000;

/** The engine, telling of calls in which its cluster did not answer. */
export function reporting(engine: Engine, report: (text: string) => Promise<void>): Engine {
  const told = new Reporter(report);
  return {
    name: engine.name,
    ...(engine.turns === undefined ? {} : { turns: engine.turns }),
    ...(engine.sizes === undefined ? {} : { sizes: engine.sizes }),
    launch: (spec, signal, register, tell) => told.of(engine.launch(spec, signal, register, tell)),
    find: (ref, askedAt) => told.of(engine.find(ref, askedAt)),
    describe: (externalId) => told.of(engine.describe(externalId)),
    end: (request) => told.of(engine.end(request)),
    list: (cursor) => told.of(engine.list(cursor)),
    release: (ref) => told.of(engine.release(ref)),
    probe: () => told.of(engine.probe()),
    watch: (signal) => watch(engine, signal, told),
    logs: (externalId, offset) => engine.logs(externalId, offset),
    logSize: (externalId) => engine.logSize(externalId),
    logFile: (externalId) => engine.logFile(externalId),
    ...(engine.tail === undefined ? {} : { tail: engine.tail.bind(engine) }),
    ...(engine.logTimes === undefined ? {} : { logTimes: engine.logTimes.bind(engine) }),
    notices: () => engine.notices(),
    close: () => engine.close(),
  };
}

async function* watch(engine: Engine, signal: AbortSignal, told: Reporter): AsyncGenerator<Change> {
  try {
    yield* engine.watch(signal);
  } catch (error) {
    if (!signal.aborted) told.trouble(error);
    throw error;
  }
}

class Reporter {
  readonly #report: (text: string) => Promise<void>;
  #next = 0;

  constructor(report: (text: string) => Promise<void>) {
    this.#report = report;
  }

  async of<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      this.trouble(error);
      throw error;
    }
  }

  trouble(error: unknown): void {
    if (!isAway(error) || Date.now() < this.#next) return;
    this.#next = Date.now() + REPORT_EVERY_MS;
    void this.#report(messageOf(error));
  }
}

/** What an engine throws without a code counts as no answer; a call that was given up does not. */
function isAway(error: unknown): boolean {
  if (error instanceof FlotillaError) return error.code === 'unavailable';
  if (error instanceof LaunchFailed) return false;
  return !isAbort(error);
}
