import type { Change, Engine } from '../../engines/engine.ts';

type Method = 'launch' | 'find' | 'describe' | 'end' | 'list' | 'release';

/**
 * A real engine whose next calls can be made to fail or answer otherwise; what no fault is set for
 * goes through.
 */
export class Faults {
  readonly #planned = new Map<Method, ((call: () => Promise<never>) => unknown)[]>();
  /** Muted: nobody hears of changes until the sweep looks. */
  watchMuted = false;

  /** Plans the next call of a method; `call` is what it would have done. */
  next(method: Method, fault: (call: () => Promise<never>) => unknown): this {
    this.#planned.set(method, [...(this.#planned.get(method) ?? []), fault]);
    return this;
  }

  /** The engine with its faults. */
  wrap(engine: Engine): Engine {
    const around =
      <A extends unknown[], R>(method: Method, call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        const fault = this.#planned.get(method)?.shift();
        if (fault === undefined) return call(...args);
        return (await fault(() => call(...args) as Promise<never>)) as R;
      };
    return {
      name: engine.name,
      ...(engine.sizes === undefined ? {} : { sizes: engine.sizes }),
      launch: around('launch', (spec, signal, register) => engine.launch(spec, signal, register)),
      find: around('find', (ref, askedAt) => engine.find(ref, askedAt)),
      describe: around('describe', (externalId) => engine.describe(externalId)),
      end: around('end', (request) => engine.end(request)),
      list: around('list', (cursor) => engine.list(cursor)),
      release: around('release', (ref) => engine.release(ref)),
      watch: (signal) => this.#watch(engine, signal),
      logs: (externalId, offset) => engine.logs(externalId, offset),
      logSize: (externalId) => engine.logSize(externalId),
      ...(engine.tail === undefined ? {} : { tail: engine.tail.bind(engine) }),
      ...(engine.logTimes === undefined ? {} : { logTimes: engine.logTimes.bind(engine) }),
      logFile: (externalId) => engine.logFile(externalId),
      notices: () => engine.notices(),
      probe: () => engine.probe(),
      close: () => engine.close(),
    };
  }

  async *#watch(engine: Engine, signal: AbortSignal): AsyncGenerator<Change> {
    for await (const change of engine.watch(signal)) if (!this.watchMuted) yield change;
  }
}
