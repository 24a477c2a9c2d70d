import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { eventually } from '../test/support/eventually.ts';
import { firstSeen, freshPage, launchBrowser } from './browser.ts';
import { loadManyRuns } from './many-runs.ts';
import { define, execute, percentiles, round } from './measure.ts';
import { createStack, type BenchStack } from './stack.ts';
import { measureLog } from './ui-log.ts';
import { ROWS_PROBE } from './ui-probes.ts';

const RUNS = 200_000;
const LOADS = 20;
const CHANGES = 30;
/** Apart enough for each to be drawn by itself: changes are shown together, every 200 ms. */
const BETWEEN_LAUNCHES_MS = 700;
const ROW = 'table[aria-label="Runs"] tr[data-index]';

/** Where a list is looked at, by what it shows. */
const LISTS: Record<string, string> = {
  'all runs': '/runs',
  'status, few': '/runs?status=RUNNING',
  'status, nearly all': '/runs?status=STOPPED',
  'an owner': '/runs?owner=user-17',
};

/** Milliseconds until the web application shows what it is asked for, in a Chromium on this machine. */
export async function ui() {
  const stack = await createStack('memory');
  try {
    const loaded = await loadManyRuns(stack.databaseUrl, RUNS);
    // What is open among them has no workflow; as another's, it is left alone.
    await stack.database.pool.query(`UPDATE task SET workflow_id = NULL WHERE status <> 'STOPPED'`);
    await stack.start('serve');
    const browser = await launchBrowser();
    try {
      const loadBefore = round(loadavg()[0] ?? 0);
      const firstRows = await measureLists(browser, stack.url);
      const changeOnScreen = await measureChanges(browser, stack);
      const log = await measureLog(browser, stack);
      const loadAfter = round(loadavg()[0] ?? 0);
      const chromiumVersion = browser.version();
      return { ...loaded, chromiumVersion, loadBefore, loadAfter, firstRows, changeOnScreen, log };
    } finally {
      await browser.close();
    }
  } finally {
    await stack.close();
  }
}

async function measureLists(browser: Browser, url: string) {
  await firstSeen(browser, url, '/runs', ROW, 3);
  const lists: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(LISTS)) {
    lists[name] = await firstSeen(browser, url, path, ROW, LOADS);
  }
  return lists;
}

/** From the time that the database gives to a transition until the list of runs shows it. */
async function measureChanges(browser: Browser, stack: BenchStack) {
  await define(stack.api, 'brief', 'sleep 1.5');
  const page = await freshPage(browser, stack.url, ROWS_PROBE);
  await page.goto('/runs');
  await page.locator(ROW).first().waitFor();
  const ids: string[] = [];
  for (let i = 0; i < CHANGES; i += 1) {
    ids.push((await execute(stack.api, 'brief')).run_id);
    await sleep(BETWEEN_LAUNCHES_MS);
  }
  const readSeen = (): Promise<Record<string, number>> => page.evaluate('window.seen');
  const seen = await eventually('the last run is shown as over', async () => {
    const now = await readSeen();
    return ids.every((id) => now[`${id} Succeeded`] !== undefined) && now;
  });
  await page.context().close();
  const { rows } = await stack.database.pool.query<{ id: string; status: string; at: Date }>(
    'SELECT run_id AS id, status, at FROM run_event WHERE run_id = ANY ($1)',
    [ids],
  );
  const lateness = (status: string, word: string) => {
    const those = rows.filter((row) => row.status === status);
    const took = those.flatMap(({ id, at }) => {
      const shown = seen[`${id} ${word}`];
      return shown === undefined ? [] : [shown - at.getTime()];
    });
    return { ...percentiles(took), times: took.length };
  };
  return {
    'accepted until there is a row': lateness('QUEUED', 'row'),
    RUNNING: lateness('RUNNING', 'Running'),
    STOPPED: lateness('STOPPED', 'Succeeded'),
  };
}
