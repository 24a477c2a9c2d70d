import { afterAll, beforeAll, expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

test('what the server refuses is said at its field, and nothing typed is lost', async (context) => {
  const { page, faults } = await browser.open(context, flotilla.url);
  const taken = await flotilla.define('true');
  await page.goto('/tasks/new');
  await page.getByRole('textbox', { name: 'Alias' }).fill('a'.repeat(3000));
  await page.getByRole('combobox', { name: 'Group' }).fill('examples');
  await page.getByRole('combobox', { name: 'Image' }).fill('ubuntu:latest');
  await page.getByRole('textbox', { name: 'Command' }).click();
  await page.keyboard.type('echo kept');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText('One field is at fault.').waitFor();
  const alias = page.getByRole('textbox', { name: 'Alias' });
  const told = async (): Promise<string[]> => {
    const ids = (await alias.getAttribute('aria-describedby'))?.match(/\S+/g) ?? [];
    return Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()));
  };
  expect(await alias.getAttribute('aria-invalid')).toBe('true');
  expect(await told()).toContain('must not be longer than 2000 bytes');
  await alias.fill(taken);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByText(`definition with alias [${taken}]`).waitFor();
  expect(await told()).toContainEqual(expect.stringContaining(`[${taken}]`));
  expect(await page.getByRole('textbox', { name: 'Command' }).innerText()).toContain('echo kept');
  expect(faults).toEqual([]);
});

test('the owner of the last launch is there at the next; a deletion says how many runs it had', async (context) => {
  const { page, faults } = await browser.open(context, flotilla.url);
  const alias = await flotilla.define('true');
  await page.goto('/tasks');
  await page.getByRole('link', { name: alias }).click();
  const launch = page.getByRole('link', { name: 'Launch with changes' });
  await launch.click();
  await page.getByRole('combobox', { name: 'Owner' }).fill('grace');
  await page.getByRole('button', { name: /^Launch/ }).click();
  await page.waitForURL(/\/runs\/local-(?!.*\/)/);
  await page.getByText('Succeeded', { exact: true }).first().waitFor();

  await page.goto('/tasks');
  await page.getByRole('link', { name: alias }).click();
  await launch.click();
  await page.waitForURL(/\/launch/);
  expect(await page.getByRole('combobox', { name: 'Owner' }).inputValue()).toBe('grace');

  await page.goBack();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It was launched before: 1 run.').waitFor();
  const sure = dialog.getByRole('button', { name: 'Delete', exact: true });
  expect(await sure.isDisabled()).toBe(true);
  await dialog.getByRole('textbox', { name: `Type ${alias} to confirm` }).fill(alias);
  await sure.click();
  await page.waitForURL(/\/tasks$/);
  await page.getByRole('link', { name: alias, exact: true }).waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
});
