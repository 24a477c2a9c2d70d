import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureIndexes, INDEXES } from '../../db/indexes.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { acceptRun } from '../support/rows.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const NAMES = INDEXES.map((index) => index.name);

async function validIndexes(): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indisvalid`,
  );
  return rows.map((row) => row.name).filter((name) => NAMES.includes(name));
}

async function dropAll(): Promise<void> {
  await database.rows(`DROP INDEX ${NAMES.join(', ')}`);
}

test('a migrated database has all of them, and asking again builds nothing', async () => {
  expect((await validIndexes()).toSorted()).toEqual(NAMES.toSorted());
  const oids = () => database.rows('SELECT indexrelid FROM pg_index ORDER BY 1');
  const before = await oids();
  await ensureIndexes(database.url, () => undefined);
  expect(await oids()).toEqual(before);
});

test('what an interrupted build has left is made anew', async () => {
  const broken = NAMES.slice(0, 2);
  await database.rows(
    'UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text = ANY($1)',
    [broken],
  );
  expect(await validIndexes()).not.toContain(broken[0]);
  await ensureIndexes(database.url, () => undefined);
  expect((await validIndexes()).toSorted()).toEqual(NAMES.toSorted());
});

test('several processes at once, while runs come in, get each index built once', async () => {
  await dropAll();
  const building = Promise.all([1, 2, 3].map(() => ensureIndexes(database.url, () => undefined)));
  let done = false;
  const finished = building.finally(() => (done = true));
  let accepted = 0;
  while (!done) {
    await acceptRun(database);
    accepted += 1;
  }
  await finished;
  expect(accepted).toBeGreaterThan(0);
  expect((await validIndexes()).toSorted()).toEqual(NAMES.toSorted());
});

test('without the right to install pg_trgm, all but the text index are there, and it is said', async () => {
  const role = `r_${randomUUID().slice(0, 8)}`;
  await dropAll();
  await database.rows('DROP EXTENSION pg_trgm');
  await database.rows(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  await database.rows(`GRANT ALL ON SCHEMA public TO ${role}`);
  for (const table of ['task', 'task_def'])
    await database.rows(`ALTER TABLE ${table} OWNER TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = 'x';
  const said: string[] = [];
  try {
    await ensureIndexes(url.href, (text) => said.push(text));
    const without = INDEXES.filter((index) => index.extension === undefined);
    expect((await validIndexes()).toSorted()).toEqual(without.map(({ name }) => name).toSorted());
    expect(said).toEqual([expect.stringMatching(/^the extension pg_trgm cannot be installed/)]);
  } finally {
    await database.rows(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
    await database.rows(`DROP OWNED BY ${role}`);
    await database.rows(`DROP ROLE ${role}`);
  }
});
