import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, transact, type Database } from '../../db/client.ts';
import { isDatabaseAway } from '../../db/errors.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { Proxy } from '../support/proxy.ts';

let target: TestDatabase;
let proxy: Proxy;
let database: Database;
const idleErrors: Error[] = [];

beforeAll(async () => {
  target = await createTestDatabase();
  const url = new URL(target.url);
  proxy = await Proxy.to(url.host);
  url.host = proxy.address;
  database = openDatabase(url.href, {
    maxConnections: 2,
    applicationName: 'through-a-proxy',
    onIdleError: (error) => idleErrors.push(error),
  });
});
afterAll(async () => {
  await database.close();
  await proxy.close();
  await target.close();
});

const one = (): Promise<unknown> => transact(database.db, (tx) => tx.execute(sql`SELECT 1`));

test('an outage uses up no connections: transactions work again afterwards', async () => {
  await one();
  proxy.cut();
  for (let i = 0; i < 6; i += 1) {
    const error = await one().then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(isDatabaseAway(error)).toBe(true);
  }
  proxy.mend();
  await Promise.all([one(), one(), one()]);
});

test('connect_timeout of the URL says how long a database that does not answer is waited for', async () => {
  proxy.silence();
  const url = new URL(target.url);
  url.host = proxy.address;
  const opened = ['', '?connect_timeout=1'].map((query) =>
    openDatabase(url.href + query, {
      maxConnections: 1,
      applicationName: 'waiting',
      onIdleError: () => undefined,
    }),
  );
  const ended: number[] = [];
  const asked = opened.map(({ pool }, index) =>
    pool.query('SELECT 1').catch((error: unknown) => {
      ended.push(index);
      throw error;
    }),
  );
  for (const { status, ...rest } of await Promise.allSettled(asked)) {
    expect(status).toBe('rejected');
    expect(isDatabaseAway('reason' in rest ? rest.reason : null)).toBe(true);
  }
  expect(ended).toEqual([1, 0]);
  await Promise.all(opened.map(({ close }) => close()));
  proxy.mend();
});

test('a connection that breaks between two statements of a transaction fails that transaction only', async () => {
  const broken = transact(database.db, async (tx) => {
    await tx.execute(sql`SELECT 1`);
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return tx.execute(sql`SELECT 2`);
  });
  await expect(broken).rejects.toSatisfy(isDatabaseAway);
  expect(idleErrors.length).toBeGreaterThan(0);
  proxy.mend();
  await one();
});

test('an error within a transaction rolls it back', async () => {
  const failed = transact(database.db, async (tx) => {
    await tx.execute(sql`INSERT INTO tags VALUES ('rolled back')`);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(await target.rows("SELECT * FROM tags WHERE text = 'rolled back'")).toEqual([]);
});

test('a statement that takes too long is given up, so that a late write cannot land', async () => {
  await expect(database.pool.query('SELECT pg_sleep(30)')).rejects.toThrow('statement timeout');
});
