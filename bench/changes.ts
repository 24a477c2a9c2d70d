import autocannon from 'autocannon';
import type { Database } from '../db/client.ts';
import { createStack, end } from './stack.ts';
import { define, LAUNCH, round } from './measure.ts';

const CONNECTIONS = 16;
/** Of each kind; odd ones begin with the trigger, even ones without, so that a drift hits both. */
const ROUNDS = 6;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const ROWS = 20_000;

/**
 * What the trigger costs that numbers changes of runs (migration 0004): accepted runs a second with it and
 * without it, in turns on one server and one database; and its own time a row, as Postgres measures it.
 * @param seconds of each round, for a look whether it works
 */
export async function changes(
  seconds = Number(process.env['BENCH_SECONDS'] ?? SECONDS),
): Promise<Record<string, unknown>> {
  const stack = await createStack('memory');
  try {
    const server = await stack.start('server');
    await define(stack.api, 'noop', 'true');
    await acceptFor(stack.url, Math.min(seconds, WARM_UP_SECONDS));
    const rates = { with: [] as number[], without: [] as number[] };
    for (let i = 0; i < ROUNDS; i += 1) {
      for (const kind of i % 2 === 0
        ? (['with', 'without'] as const)
        : (['without', 'with'] as const)) {
        await setTrigger(stack.database, kind === 'with');
        rates[kind].push(await acceptFor(stack.url, seconds));
      }
    }
    await end(server);
    await setTrigger(stack.database, true);
    const [on, off] = [median(rates.with), median(rates.without)];
    return {
      'accepted runs/s with the trigger': on,
      'accepted runs/s without it': off,
      'share lost': round((1 - on / off) * 1000) / 1000,
      'µs of the trigger a row': await triggerTime(stack.database),
      rounds: rates,
    };
  } finally {
    await stack.close();
  }
}

async function acceptFor(url: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url: `${url}/api/v6/task/alias/noop/execute`,
    method: 'PUT',
    body: JSON.stringify(LAUNCH),
    connections: CONNECTIONS,
    duration: seconds,
  });
  if (result.non2xx + result.errors > 0) throw new Error('a run was refused, or failed');
  return round(result['2xx'] / result.duration);
}

async function setTrigger(database: Database, on: boolean): Promise<void> {
  const verb = on ? 'ENABLE' : 'DISABLE';
  await database.pool.query(`ALTER TABLE task ${verb} TRIGGER flotilla_task_changed`);
}

interface Explained {
  'QUERY PLAN': [{ Triggers: { 'Trigger Name': string; Time: number; Calls: number }[] }];
}

async function triggerTime(database: Database): Promise<number> {
  const { rows } = await database.pool.query<Explained>(
    `EXPLAIN (ANALYZE, FORMAT JSON) INSERT INTO task (run_id, alias, status, queued_at)
     SELECT 'bench-' || i, 'bench', 'STOPPED', now() FROM generate_series(1, ${ROWS}) AS i`,
  );
  const triggers = rows[0]?.['QUERY PLAN'][0].Triggers ?? [];
  const ours = triggers.find((one) => one['Trigger Name'] === 'flotilla_task_changed');
  if (ours === undefined) throw new Error('the trigger was not called');
  return round((ours.Time * 1_000) / ours.Calls);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return round(((sorted[Math.floor(half - 0.5)] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2);
}
