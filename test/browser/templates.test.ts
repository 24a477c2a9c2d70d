import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

const AVATAR = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';
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
  await page.getByRole('textbox', { name: 'Avatar' }).fill(AVATAR);
  await page.getByRole('textbox', { name: 'Image' }).fill('ubuntu:latest');
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByRole('textbox', { name: 'Name of variable 1' }).fill('MARK');
  await page.getByRole('textbox', { name: 'Value of MARK' }).fill('!');
  await page.getByRole('textbox', { name: 'Command template' }).click();
  await page.keyboard.insertText('echo "hello {{ .who }}" {{ .times }} {{ nope }}');
  await page.getByRole('textbox', { name: 'Schema' }).fill(JSON.stringify(SCHEMA));
  await page.getByRole('textbox', { name: 'Defaults' }).fill('{"times": 2}');
  await page.getByRole('textbox', { name: 'Try it with' }).fill('{"who": "ada"}');
  await page.getByText('function "nope" not defined').waitFor();
  await page.getByText(/^Line 1/).waitFor();
  await page.getByRole('textbox', { name: 'Command template' }).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText('echo "hello {{ .who }}$MARK" {{ .times }}');
  await page.getByLabel('Rendered command').getByText('echo "hello ada$MARK" 2').waitFor();
  await screenshot(page, 'template-new');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'greeting' }).waitFor();

  await page.getByRole('link', { name: 'Launch', exact: true }).click();
  await page.getByText('/who is required').waitFor();
  await page.getByRole('textbox', { name: 'Who' }).fill('the world');
  await page.getByLabel('Rendered command').getByText('echo "hello the world$MARK" 2').waitFor();
  await page.getByRole('textbox', { name: 'Owner' }).fill('ada');
  await screenshot(page, 'template-form');
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/runs\/local-/);
  await page.getByRole('main').getByText('Succeeded').first().waitFor();
  await page.getByRole('log').getByText('hello the world! 2', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Details' }).click();
  await page.getByLabel('Payload').getByText('"who": "the world"').waitFor();

  expect(await page.title()).toContain('greeting v1');
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByRole('link', { name: 'greeting v1' }).click();
  await page.getByRole('heading', { name: 'greeting v1' }).waitFor();

  await page.getByRole('link', { name: 'greeting v1' }).click();
  await page.getByText('MARK', { exact: true }).waitFor();
  expect(await page.locator(`img[src="${AVATAR}"]`).count()).toBe(1);
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
