import { startFlotilla, type FlotillaOptions, type TestFlotilla } from './flotilla.ts';
import { Ledger } from './ledger.ts';
import { spawnWorker, type Spawned } from './processes.ts';

/** A server in this process, workers in processes of their own, and what the jobs write. */
export interface Scene {
  flotilla: TestFlotilla;
  ledger: Ledger;
  /** Processes that end with the scene. */
  spawned: Spawned[];
  worker(fault?: string): Promise<Spawned>;
  close(): Promise<void>;
}

export async function createScene(options: FlotillaOptions = {}): Promise<Scene> {
  const flotilla = await startFlotilla({ worker: false, ...options });
  return { flotilla, ledger: new Ledger(flotilla.dir), ...workersFor(flotilla) };
}

/**
 * Workers of a Flotilla in processes of their own; closing ends them, then the Flotilla.
 * @param environment of each, besides the configuration
 */
export function workersFor(
  flotilla: TestFlotilla,
  environment: NodeJS.ProcessEnv = {},
): Pick<Scene, 'spawned' | 'worker' | 'close'> {
  const spawned: Spawned[] = [];
  return {
    spawned,
    async worker(fault = '') {
      const worker = spawnWorker(flotilla.config, fault, environment);
      spawned.push(worker);
      await worker.says('polling');
      return worker;
    },
    async close() {
      await Promise.all(spawned.map((one) => one.kill()));
      await flotilla.stop();
    },
  };
}
