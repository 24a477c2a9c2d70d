import { startWorker, type RunningWorker } from '../../worker.ts';
import type { TestFlotilla } from './flotilla.ts';
import { workersFor, type Scene } from './scene.ts';

/** A server in this process, and workers in processes of their own, which call the AWS of the tests. */
export interface AwsScene<F extends TestFlotilla> extends Omit<Scene, 'ledger' | 'flotilla'> {
  flotilla: F;
  /** Another worker, that nothing happens to: in this process, where it is there sooner. */
  another(): Promise<void>;
}

/** Does something with a scene of a server, and ends both. */
export async function inAwsScene<F extends TestFlotilla>(
  flotilla: F,
  act: (scene: AwsScene<F>) => Promise<void>,
): Promise<void> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL } = process.env;
  const aws = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL };
  const others: RunningWorker[] = [];
  const workers = workersFor(flotilla, aws);
  const another = async (): Promise<void> => {
    others.push(await startWorker({ config: flotilla.config, log: flotilla.log }));
  };
  try {
    await act({ flotilla, ...workers, another });
  } finally {
    await Promise.all(others.map((other) => other.stop()));
    await workers.close();
  }
}
