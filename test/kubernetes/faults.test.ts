import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seedCluster } from '../../db/clusters.ts';
import { eventually } from '../support/eventually.ts';
import { breakableFor } from '../support/kubernetes/attach.ts';
import { databaseWith, withFlotilla } from '../support/kubernetes/flotilla.ts';
import type { TestFlotilla } from '../support/flotilla.ts';

const OUTAGE_MS = 30_000;

interface ClusterJson {
  name: string;
  last_error: string | null;
}

async function lastErrorOf({ api }: TestFlotilla, name: string): Promise<string | null> {
  const { clusters } = await api.json<{ clusters: ClusterJson[] }>('GET', '/api/v8/clusters');
  return clusters.find((one) => one.name === name)?.last_error ?? null;
}

test(
  'an API server that is away for half a minute: the run ends with its code and its whole log',
  { timeout: 300_000 },
  async (context) => {
    const cluster = breakableFor(context);
    const database = await databaseWith(cluster);
    await seedCluster(database.db, { name: 'other', engine: 'local', region: 'local' });
    await withFlotilla(cluster, { database }, async (here) => {
      const { run_id: runId } = await here.run(
        'for i in $(busybox seq 1 50); do echo "beat $i"; sleep 1; done; exit 7',
      );
      await here.until(runId, 'RUNNING');
      await cluster.ctl('stop', 'apiserver');
      const away = Date.now();
      await eventually('the cluster is in trouble', () => lastErrorOf(here, cluster.context));
      const other = await here.execute(await here.define('exit 2'), { cluster: 'other' });
      expect((await here.until(other.run_id, 'STOPPED')).exit_code).toBe(2);
      expect(Date.now() - away).toBeLessThan(OUTAGE_MS);
      await sleep(Math.max(away + OUTAGE_MS - Date.now(), 0));
      await cluster.ctl('start', 'apiserver');
      expect(await here.until(runId, 'STOPPED')).toMatchObject({
        exit_code: 7,
        attempt_count: 1,
      });
      const beats = (await here.logOf(runId)).match(/^beat \d+$/gm);
      expect(beats).toEqual(Array.from({ length: 50 }, (_, at) => `beat ${at + 1}`));
    });
  },
);

test(
  'a connection that is cut: no end of a run is missed',
  { timeout: 300_000 },
  async (context) => {
    const cluster = breakableFor(context);
    const { ledger } = cluster;
    // Only the watch tells of an end: no sweep comes within an hour.
    await withFlotilla(cluster, { config: { sweep_seconds: 3600 } }, async (here) => {
      const command = `${ledger.noteAttempt('began')}; sleep $SECONDS_TO_SLEEP; ${ledger.noteAttempt('ended')}; exit 4`;
      const alias = await here.define(command);
      const start = async (seconds: number): Promise<string> => {
        const env = [{ name: 'SECONDS_TO_SLEEP', value: String(seconds) }];
        return (await here.execute(alias, { env })).run_id;
      };
      const runs = await Promise.all([start(5), start(25)]);
      for (const runId of runs) await here.until(runId, 'RUNNING');
      await cluster.ctl('kill', 'door');
      await eventually('one ends unseen', () => ledger.attempts('ended', runs[0] ?? '').length > 0);
      await cluster.ctl('start', 'door');
      for (const runId of runs) {
        expect((await here.until(runId, 'STOPPED')).exit_code).toBe(4);
      }
    });
  },
);
