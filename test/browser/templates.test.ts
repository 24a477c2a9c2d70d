import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

const SCHEMA = {
  type: 'object',
  properties: {
    who: { type: 'string', title: 'Who' },
    times: { type: 'integer', minimum: 1, title: 'Times' },
  },
  required: ['who'],
};

test('make a template, fill in its form, see the command, launch it, see the payload, compare versions', async (context) => {
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/templates');
  await page.getByText('There is no template yet.').waitFor();
  await page.getByRole('link', { name: 'New template' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('greeting');
  await page.getByRole('textbox', { name: 'Image' }).fill('ubuntu:latest');
  await page.getByRole('textbox', { name: 'Command template' }).click();
  await page.keyboard.insertText('echo "hello {{ .who }}" {{ .times }} {{ nope }}');
  await page.getByRole('textbox', { name: 'Schema' }).fill(JSON.stringify(SCHEMA));
  await page.getByRole('textbox', { name: 'Defaults' }).fill('{"times": 2}');
  await page.getByRole('textbox', { name: 'Try it with' }).fill('{"who": "ada"}');
  await page.getByText('function "nope" not defined').waitFor();
  await page.getByText(/^Line 1/).waitFor();
  await page.getByRole('textbox', { name: 'Command template' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('echo "hello {{ .who }}" {{ .times }}');
  await page.getByLabel('Rendered command').getByText('echo "hello ada" 2').waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'greeting' }).waitFor();

  await page.getByRole('link', { name: 'Launch', exact: true }).click();
  await page.getByText('/who is required').waitFor();
  await page.getByRole('textbox', { name: 'Who' }).fill('the world');
  await page.getByLabel('Rendered command').getByText('echo "hello the world" 2').waitFor();
  await page.getByRole('textbox', { name: 'Owner' }).fill('ada');
  await screenshot(page, 'template-form');
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/runs\/local-/);
  await page.getByRole('main').getByText('Succeeded').first().waitFor();
  await page.getByRole('log').getByText('hello the world 2', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByLabel('Payload').getByText('"who": "the world"').waitFor();

  await page.getByRole('link', { name: 'greeting' }).click();
  await page.getByRole('link', { name: 'New version' }).click();
  await page.getByRole('heading', { name: 'New version of greeting' }).waitFor();
  await page.getByRole('textbox', { name: 'Command template' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('echo "bye {{ .who }}"');
  await page.getByRole('button', { name: 'Create the version' }).click();
  await page.getByText('version 2').first().waitFor();
  await page.getByLabel('Compare version 2 with').first().click();
  await page.getByRole('option', { name: 'version 1' }).click();
  const differences = page.getByRole('region', { name: 'From version 1' });
  await differences.getByText('added: echo "bye {{ .who }}"').waitFor();
  await screenshot(page, 'template-compared');
  expect(faults).toEqual([]);
});
