import { once } from 'node:events';
import type { Change, Engine, Job } from '../../engines/engine.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';

/** Real local jobs, of which a test can have more told than a local cluster would. */
export class FactsOfJobs {
  #engine: Engine | null = null;
  #told: Change[] = [];
  readonly #bell = new EventTarget();

  engine(dir: string, cluster: string): Engine {
    const engine = new LocalEngine(localClusterDir(dir, cluster));
    this.#engine = engine;
    const watch = engine.watch.bind(engine);
    engine.watch = (signal) => this.#watch(watch(signal), signal);
    return engine;
  }

  /** Has the watch say something. */
  tell(change: Change): void {
    this.#told.push(change);
    this.#bell.dispatchEvent(new Event('told'));
  }

  /** The first attempt's job. */
  async find(runId: string): Promise<Job> {
    const found = await this.#engine?.find({ runId, attempt: 1 });
    if (found?.kind !== 'found') throw new Error(`there is no job of ${runId}`);
    return found.job;
  }

  async *#watch(
    real: AsyncGenerator<Change, void, unknown>,
    signal: AbortSignal,
  ): AsyncGenerator<Change, void, unknown> {
    let next = real.next();
    for (;;) {
      const news = once(this.#bell, 'told', { signal }).catch(() => undefined);
      for (let change = this.#told.shift(); change !== undefined; change = this.#told.shift()) {
        yield change;
      }
      const one = await Promise.race([next, news]);
      if (one === undefined || Array.isArray(one)) {
        if (signal.aborted) return void (await next);
        continue;
      }
      if (one.done === true) return;
      yield one.value;
      next = real.next();
    }
  }
}
