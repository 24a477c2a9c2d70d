import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
let runId: string;
let failedId: string;
let definitionId: string;
let templateId: string;

beforeAll(async () => {
  flotilla = await startFlotilla();
  const alias = await flotilla.define('echo "counting"; seq 1 40; exit ${CODE:-0}');
  const env = (code: string) => ({ env: [{ name: 'CODE', value: code }] });
  const codes = ['0', '0', '3', '0', '1', '0'];
  const runs = await Promise.all(codes.map((code) => flotilla.execute(alias, env(code))));
  const over = await Promise.all(runs.map((run) => flotilla.until(run.run_id, 'STOPPED')));
  const made = await flotilla.api.json<{ template: { template_id: string } }>(
    'POST',
    '/api/v7/template',
    {
      template_name: 'greeting',
      schema: {
        type: 'object',
        properties: {
          who: { type: 'string', title: 'Who' },
          times: { type: 'integer', minimum: 1 },
          loud: { type: 'boolean' },
        },
      },
      command_template: 'echo hello {{ .who | squote }} {{ .times }}',
      defaults: { who: 'ada', times: 1 },
      description: 'Says hello to somebody, as often as one likes',
      image: 'ubuntu:latest',
    },
  );
  templateId = made.template.template_id;
  definitionId = over[0]?.definition_id ?? '';
  runId = over[0]?.run_id ?? '';
  failedId = over[2]?.run_id ?? '';
  await flotilla.run('for i in $(seq 1 500); do echo working on part $i; sleep 0.5; done');
});
afterAll(() => flotilla.stop());

interface Look {
  colorScheme: 'light' | 'dark';
  viewport: { width: number; height: number };
}

const LOOKS: Record<string, Look> = {
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
  ['templates', () => '/templates', 'greeting'],
  ['template', () => `/templates/${templateId}`, 'Command template'],
  ['template-new', () => '/templates/new', 'Try it with'],
  ['template-launch', () => `/templates/${templateId}/launch`, /hello 'ada'/],
  ['clusters', () => '/clusters', 'default'],
  ['no-page', () => '/nothing/here', /There is no such page/],
];

/** Faults that keep somebody out, in the words of axe. */
async function seriousFaults(page: Page): Promise<string[]> {
  // The page's policy lets no script in but its own; the debugger may.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 150)} ${node.any[0]?.message ?? ''}`),
    );
}

test.for(PAGES)(
  'page %s: what it is for, without fault, in light, dark and 390 px',
  async ([name, path, words], context) => {
    const { page, faults } = await browser.open(context, flotilla.url);
    await page.goto(path());
    for (const [look, { colorScheme, viewport }] of Object.entries(LOOKS)) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await page.getByRole('main').getByText(words).locator('visible=true').first().waitFor();
      await screenshot(page, `${name}-${look}`);
      expect({ look, serious: await seriousFaults(page) }).toEqual({ look, serious: [] });
      const widths = '[document.documentElement.scrollWidth, document.documentElement.clientWidth]';
      const [needed = 0, given = 0] = await page.evaluate<number[]>(widths);
      expect({ look, isTooWide: needed > given }).toEqual({ look, isTooWide: false });
    }
    expect(faults).toEqual([]);
  },
);
