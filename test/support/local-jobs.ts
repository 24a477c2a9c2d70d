import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LocalEngine } from '../../engines/local/engine.ts';

/** Ends every local job below a data directory, so that a test leaves nothing running. */
export async function removeLocalJobs(dataDir: string): Promise<void> {
  const clusters = join(dataDir, 'local');
  if (!existsSync(clusters)) return;
  for (const cluster of readdirSync(clusters)) {
    const engine = new LocalEngine(join(clusters, cluster));
    const { jobs } = await engine.list(null);
    for (const job of jobs.filter((one) => one.phase !== 'STOPPED')) {
      const signal = AbortSignal.timeout(20_000);
      await engine.end({ ref: job, externalId: job.externalId, graceSeconds: 0, signal });
    }
  }
}
