import autocannon from 'autocannon';
import { createStack, end, type Store } from './stack.ts';
import { define, LAUNCH, round } from './measure.ts';

const CONNECTIONS = 16;
const SECONDS = 10;

/**
 * Accepted runs a second and the time of PUT execute, 16 connections for 10 s, the start of the
 * workflow included. Nobody works: what is measured is accepting.
 */
export async function accept(store: Store): Promise<Record<string, unknown>> {
  const stack = await createStack(store);
  try {
    const server = await stack.start('server');
    await define(stack.api, 'noop', 'true');
    const result = await autocannon({
      url: `${stack.url}/api/v6/task/alias/noop/execute`,
      method: 'PUT',
      body: JSON.stringify(LAUNCH),
      connections: CONNECTIONS,
      duration: SECONDS,
    });
    await end(server);
    const { rows } = await stack.database.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM task',
    );
    return {
      'accepted runs/s': round(result['2xx'] / result.duration),
      'p50 ms': result.latency.p50,
      'p99 ms': result.latency.p99,
      'refused or failed': result.non2xx + result.errors,
      'rows in Postgres': rows[0]?.n,
    };
  } finally {
    await stack.close();
  }
}
