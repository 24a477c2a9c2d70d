import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
let runId: string;
let failedId: string;
let definitionId: string;

beforeAll(async () => {
  flotilla = await startFlotilla();
  const alias = await flotilla.define('echo "counting"; seq 1 40; exit ${CODE:-0}');
  const env = (code: string) => ({ env: [{ name: 'CODE', value: code }] });
  const codes = ['0', '0', '3', '0', '1', '0'];
  const runs = await Promise.all(codes.map((code) => flotilla.execute(alias, env(code))));
  const over = await Promise.all(runs.map((run) => flotilla.until(run.run_id, 'STOPPED')));
  definitionId = over[0]?.definition_id ?? '';
  runId = over[0]?.run_id ?? '';
  failedId = over[2]?.run_id ?? '';
  await flotilla.run('for i in $(seq 1 500); do echo working on part $i; sleep 0.5; done');
});
afterAll(() => flotilla.stop());

const LOOKS: Record<string, BrowserContextOptions> = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
};

/** Each with words that it shows when it is there. */
const PAGES: [string, () => string, string | RegExp][] = [
  ['overview', () => '/overview', 'Tasks that fail'],
  ['runs', () => '/runs', 'Running'],
  ['runs-none', () => '/runs?owner=nobody', 'No run is like that.'],
  ['run', () => `/runs/${runId}`, 'counting'],
  ['run-failed', () => `/runs/${failedId}`, /Failed \(3\)/],
  ['tasks', () => '/tasks', 'New task'],
  ['task', () => `/tasks/${definitionId}`, 'Launch with changes'],
  ['task-new', () => '/tasks/new', 'Alias'],
  ['task-edit', () => `/tasks/${definitionId}/edit`, 'Alias'],
  ['launch', () => `/tasks/${definitionId}/launch`, 'Owner'],
  ['clusters', () => '/clusters', 'default'],
  ['no-page', () => '/nothing/here', /There is no such page/],
];

/** Faults that keep somebody out, in the words of axe. */
async function seriousFaults(page: Page): Promise<string[]> {
  // The page's policy lets no script in but its own; the debugger may.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: typeof axe }).axe.run;
    return (await run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 150)} ${node.any[0]?.message ?? ''}`),
    );
}

describe.each(Object.entries(LOOKS))('%s', (look, options) => {
  test.for(PAGES)(
    'page %s: what it is for, without fault',
    async ([name, path, words], context) => {
      const { page, faults } = await browser.open(context, flotilla.url, options);
      await page.goto(path());
      await page.getByRole('main').getByText(words).locator('visible=true').first().waitFor();
      await screenshot(page, `${name}-${look}`);
      expect(await seriousFaults(page)).toEqual([]);
      const widths = '[document.documentElement.scrollWidth, document.documentElement.clientWidth]';
      const [needed = 0, given = 0] = await page.evaluate<number[]>(widths);
      expect(needed).toBeLessThanOrEqual(given);
      expect(faults).toEqual([]);
    },
  );
});
