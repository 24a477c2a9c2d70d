import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PATIENCE_MS, screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

/** Words in the order in which the page's heading showed them. */
async function statusesSeen(page: Page, until: string): Promise<string[]> {
  const badge = page.getByRole('main').locator('.mantine-Badge-label').first();
  const seen: string[] = [];
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const word = await badge.innerText();
    if (Date.now() > end) throw new Error(`not ${until}: ${[...seen, word].join(', ')}`);
    if (seen.at(-1) !== word) seen.push(word);
    if (word.startsWith(until)) return seen;
    await page.waitForTimeout(20);
  }
}

test('define, launch, watch, read, stop another, run again with a change, filter, stop all', async (context) => {
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/');
  await page.getByText('There are no runs yet.').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click();
  await page.getByRole('link', { name: 'New task' }).first().click();
  // The list of tasks has a field of nearly that name.
  await page.getByRole('heading', { name: 'New task' }).waitFor();
  await page.getByRole('textbox', { name: 'Alias' }).fill('greeter');
  await page.getByRole('combobox', { name: 'Group' }).fill('examples');
  await page.getByRole('combobox', { name: 'Image' }).fill('ubuntu:latest');
  await page.getByRole('textbox', { name: 'Command' }).click();
  await page.keyboard.type('sleep 2; echo "hello $WHO"; sleep 2');
  await page.getByRole('button', { name: 'Paste .env' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('# who is greeted\nexport WHO="the world"\nTOKEN=abc');
  await dialog.getByRole('button', { name: 'Take them' }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'greeter' }).waitFor();

  await page.getByRole('link', { name: 'Launch with changes' }).click();
  await page.getByRole('combobox', { name: 'Owner' }).fill('ada');
  await page.getByRole('textbox', { name: 'Value of TOKEN' }).fill('s3cret');
  await page.getByRole('button', { name: /^Launch/ }).click();
  await page.waitForURL(/\/runs\/local-/);
  const seen = await statusesSeen(page, 'Succeeded');
  const order = ['Queued', 'Pending', 'Running', 'Succeeded'];
  expect(seen).toEqual(order.filter((word) => seen.includes(word)));
  expect(seen).toContain('Running');
  await page.getByRole('log').getByText('hello the world', { exact: true }).waitFor();
  expect(await page.title()).toContain('greeter');
  await page.getByRole('tab', { name: /^Environment/ }).click();
  await page.getByRole('cell', { name: 'TOKEN', exact: true }).waitFor();
  await page.getByRole('row', { name: /WHO.*the world.*task/ }).waitFor();
  expect(await page.getByRole('tabpanel').getByText('s3cret').count()).toBe(0);

  await page.getByRole('link', { name: 'Re-run with changes' }).click();
  await page.getByRole('textbox', { name: 'Value of WHO' }).fill('everybody');
  await page.getByRole('button', { name: /^Launch/ }).click();
  await page.waitForURL(/\/runs\/local-(?!.*\/)/);
  await page.getByRole('log').getByText('hello everybody', { exact: true }).waitFor();

  const sleeper = await flotilla.run('sleep 100');
  await page.goto(`/runs/${sleeper.run_id}`);
  await page.getByText('Running', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Stop the run' }).click();
  await statusesSeen(page, 'Stopped');

  const many = await flotilla.define('sleep 100');
  const ids = await Promise.all([1, 2, 3].map(() => flotilla.execute(many)));
  await page.goto(`/runs?alias_contains=${many}`);
  await page.getByRole('link', { name: many }).nth(2).waitFor();
  await page.getByRole('button', { name: 'All matching' }).click();
  await page.getByRole('menuitem', { name: 'Stop all that match…' }).click();
  await page.getByRole('button', { name: 'Stop 3', exact: true }).click();
  await page.getByText('3 stopped. That is all of them.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  for (const { run_id: runId } of ids) await flotilla.until(runId, 'STOPPED');
  await page.getByRole('button', { name: /^Stopped/ }).click();
  expect(new URL(page.url()).searchParams.get('status')).toContain('STOPPED');
  await page.getByRole('link', { name: many }).nth(2).waitFor();
  await screenshot(page, 'runs-stopped');
  expect(faults).toEqual([]);
});
