import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

test('a log of a million lines: its beginning, its middle by address, its end by a key, a search', async (context) => {
  const command =
    'set +x; seq -f "line %.0f" 1 1000000; printf "\\033[31mred words\\033[0m\\n"; echo the end';
  const run = await flotilla.run(command);
  await flotilla.until(run.run_id, 'STOPPED');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}?line=500000`);
  const log = page.getByRole('log', { name: 'Log output' });
  await log.getByText('line 499998', { exact: true }).waitFor();
  expect(await log.locator('.log-line').count()).toBeLessThan(200);
  await log.focus();
  await page.keyboard.press('Home');
  await log.getByText('line 1', { exact: true }).waitFor();
  await page.keyboard.press('End');
  await log.getByText('the end', { exact: true }).waitFor();
  await log.locator('.ansi-red-fg', { hasText: 'red words' }).waitFor();
  const search = page.getByRole('textbox', { name: 'Search the log' });
  await search.fill('line 77777');
  await page.getByText('11 lines', { exact: true }).waitFor();
  await search.press('Enter');
  await page.getByText('1 of 11', { exact: true }).waitFor();
  await log.locator('mark', { hasText: 'line 77777' }).first().waitFor();
  await log.getByRole('link', { name: 'Line 77779', exact: true }).click();
  expect(new URL(page.url()).searchParams.get('line')).toBe('77779');
  expect(faults).toEqual([]);
});

test('when lines were written is shown on demand, and stays with the reader', async (context) => {
  const run = await flotilla.run('set +x; echo first; sleep 2.5; echo second; sleep 6; echo third');
  await flotilla.until(run.run_id, 'RUNNING');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}`);
  const log = page.getByRole('log', { name: 'Log output' });
  const line = (text: string) =>
    log.locator('.log-line').filter({ has: page.getByText(text, { exact: true }) });
  const timeOf = async (text: string): Promise<number> =>
    Date.parse((await line(text).locator('time').getAttribute('datetime')) ?? '');
  await line('first').waitFor();
  expect(await log.locator('time').count()).toBe(0);
  await page.getByRole('switch', { name: 'Times' }).check({ force: true });
  const [first, second] = [await timeOf('first'), await timeOf('second')];
  expect(Date.now() - first).toBeLessThan(30_000);
  expect(second - first).toBeGreaterThan(1_500);
  expect(second - first).toBeLessThan(6_000);
  await line('second').getByRole('link').click();
  expect(new URL(page.url()).searchParams.get('line')).not.toBeNull();
  await flotilla.until(run.run_id, 'STOPPED');
  await page.reload();
  expect(await timeOf('first')).toBe(first);
  expect(await timeOf('second')).toBe(second);
  expect((await timeOf('third')) - second).toBeGreaterThan(4_000);
  const title = await line('third').locator('time').getAttribute('title');
  expect(title).toContain(String(new Date().getFullYear()));
  for (const look of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: look });
    await screenshot(page, `log-times-${look}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await line('third').scrollIntoViewIfNeeded();
  await screenshot(page, 'log-times-390');
  await page.getByRole('switch', { name: 'Times' }).uncheck({ force: true });
  expect(await log.locator('time').count()).toBe(0);
  expect(faults).toEqual([]);
});

test('a growing log is followed, held when its reader looks back, and taken up again', async (context) => {
  const run = await flotilla.run(
    'set +x; for i in $(seq 1 2000); do echo tick $i; sleep 0.02; done',
  );
  await flotilla.until(run.run_id, 'RUNNING');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}`);
  const log = page.getByRole('log', { name: 'Log output' });
  const lastLine = async (): Promise<number> =>
    Number((await log.locator('.log-line').last().innerText()).match(/tick (\d+)/)?.[1] ?? 0);
  await eventually('some lines are there', async () => (await lastLine()) > 100, 20_000);
  const before = await lastLine();
  await eventually('it goes on by itself', async () => (await lastLine()) > before + 20, 5_000);
  await log.focus();
  await page.keyboard.press('PageUp');
  const held = await lastLine();
  await page.getByRole('button', { name: /new lines/ }).waitFor();
  expect(await lastLine()).toBe(held);
  await page.getByRole('button', { name: /new lines/ }).click();
  await eventually('it is at the end again', async () => (await lastLine()) > held + 5, 5_000);
  expect(faults).toEqual([]);
});
