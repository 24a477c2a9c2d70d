import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { eventually } from '../support/eventually.ts';
import { flotillaOn, type EcsFlotilla } from './flotilla.ts';

const RUNS = 300;
const AT_ONCE = 16;
const WITHIN_MS = 180_000;
/** Of so many runs one is throttled by ECS at first. */
const THROTTLED_EVERY = 10;

let ecs: Ecs;
let flotilla: EcsFlotilla;
useEcs((given) => void (ecs = given));
beforeAll(async () => {
  flotilla = await flotillaOn(ecs, { hosts: 2 });
});
afterAll(() => flotilla.stop());

/** One that the server has no room for is sent again: the key makes it the same run. */
async function accepted(alias: string): Promise<string> {
  const body = { idempotence_key: randomUUID() };
  return eventually('it is accepted', async () => {
    try {
      return (await flotilla.execute(alias, body)).run_id;
    } catch (error) {
      if (error instanceof FlotillaError && error.code === 'unavailable') return null;
      throw error;
    }
  });
}

async function acceptAll(aliasOf: (i: number) => string): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < RUNS) {
      const i = next++;
      ids[i] = await accepted(aliasOf(i));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return ids;
}

async function untilAllStopped(): Promise<void> {
  const query = 'SELECT count(*)::int AS n FROM task WHERE status = $1';
  await eventually(
    'all have stopped',
    async () => {
      const { rows } = await flotilla.database.pool.query<{ n: number }>(query, ['STOPPED']);
      return rows[0]?.n === RUNS;
    },
    WITHIN_MS,
  );
}

test(
  `${RUNS} runs at once are each one task, also those that ECS throttles at first`,
  { timeout: 2 * WITHIN_MS },
  async () => {
    const plain = await flotilla.define('true', { cpu: 64 });
    const env = [{ name: 'FLOTILLA_TEST_FAULT', value: 'throttled:2' }];
    const throttled = await flotilla.define('true', { cpu: 64, env });
    const ids = await acceptAll((i) => (i % THROTTLED_EVERY === 0 ? throttled : plain));
    expect(new Set(ids).size).toBe(RUNS);
    await untilAllStopped();
    const { rows } = await flotilla.database.pool.query<{ id: string; code: number; n: number }>(
      'SELECT run_id AS id, exit_code AS code, attempt_count AS n FROM task',
    );
    expect(rows.filter(({ code, n }) => code !== 0 || n !== 1)).toEqual([]);
    const tasks = await ecs.control.tasks();
    expect(tasks).toHaveLength(RUNS);
    const marks = new Set(tasks.map(({ startedBy }) => startedBy));
    expect(marks).toEqual(new Set(ids.map((id) => `${id}/1`)));
    expect(tasks.filter(({ starts }) => starts !== 1)).toEqual([]);
    expect(ecs.errors()).toBe('');
    const refused = 2 * (RUNS / THROTTLED_EVERY);
    expect((await ecs.control.calls())['ecs.RunTask']).toHaveLength(RUNS + refused);
  },
);
