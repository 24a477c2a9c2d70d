import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../server.ts';
import { withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { makeToken } from '../support/tokens.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

test('a server that was restarted: the page says so meanwhile, and mends itself', async (context) => {
  const alias = await flotilla.define('sleep 6; echo "the end"');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/runs');
  await page.getByText('There are no runs yet.').waitFor();
  const run = await flotilla.execute(alias);
  await page.getByRole('link', { name: alias }).waitFor();
  const other = await page.context().newPage();
  await other.goto(`/runs/${run.run_id}`);
  await other
    .getByText(/^Running/)
    .first()
    .waitFor();

  const { port } = new URL(flotilla.url);
  await flotilla.server.stop();
  await page
    .getByText(/reconnecting/i)
    .first()
    .waitFor();
  await other
    .getByText(/reconnecting/i)
    .first()
    .waitFor();
  const config = { ...flotilla.config, http_server_listen_address: [`127.0.0.1:${port}`] };
  flotilla.server = await startServer({ config, log: flotilla.log });

  await page.getByText('live', { exact: true }).waitFor();
  await page.getByText('Succeeded', { exact: true }).first().waitFor();
  await other.getByText('Succeeded', { exact: true }).first().waitFor();
  await other.getByRole('log').getByText('the end', { exact: true }).waitFor();
  // A server that is about to end refuses new streams.
  expect(faults.filter((fault) => !/^503 .*stream/.test(fault))).toEqual([]);
});

test('where a token is needed the page asks for it, and shows nothing before', async (context) => {
  const guarded = await startFlotilla({ config: { auth: 'token' }, worker: false });
  try {
    const { secret } = await makeToken(guarded.database, 'ada', ['read']);
    const { page } = await browser.open(context, guarded.url);
    let asked = 0;
    page.on('request', (request) => void (asked += request.url().includes('/api/') ? 1 : 0));
    // Somebody who looks for the token must not keep the server busy meanwhile.
    const isQuiet = async (): Promise<void> => {
      await field.waitFor();
      await page.waitForTimeout(500);
      const before = asked;
      await page.waitForTimeout(1_500);
      expect(asked).toBe(before);
    };
    const field = page.getByRole('textbox', { name: 'Token' });
    await page.goto('/runs');
    await isQuiet();
    await field.fill('not one');
    await page.getByRole('button', { name: 'Continue' }).click();
    await field.fill(secret);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('There are no runs yet.').waitFor();
    await page.reload();
    await page.getByText('There are no runs yet.').waitFor();
    expect(await field.count()).toBe(0);
    await page.evaluate(`localStorage.setItem('flotilla.token', 'one that was revoked')`);
    await page.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click();
    await isQuiet();
  } finally {
    await guarded.stop();
  }
});

test('a run is reached by keyboard alone', async (context) => {
  const alias = await flotilla.define('true');
  const run = await flotilla.execute(alias);
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/clusters');
  await page.getByRole('main').getByText('default').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('textbox').waitFor();
  await page.keyboard.type(run.run_id.slice(0, 14));
  await page.getByRole('dialog').getByText(alias).first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/runs/${run.run_id}`);
  expect(faults).toEqual([]);
});
