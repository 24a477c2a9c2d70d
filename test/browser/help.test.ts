import { afterAll, beforeAll, expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla();
});
afterAll(() => flotilla.stop());

test('a failed run leads to what its failure class means, and from there to the other documents', async (context) => {
  const run = await flotilla.run('exit 3');
  await flotilla.until(run.run_id, 'STOPPED');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}`);
  await page.getByText('Failed with exit code 3').first().waitFor();
  await page.getByRole('link', { name: 'What does this mean?' }).click();
  await page.waitForURL('**/help/statuses#app-exit');
  const heading = page.getByRole('heading', { name: 'app-exit', exact: true });
  await heading.waitFor();
  await expect.poll(() => topOf(heading)).toBeLessThan(200);
  await page.getByRole('link', { name: 'stuck in QUEUED' }).click();
  await page.waitForURL('**/help/queued');
  await page.getByRole('heading', { name: 'My run is stuck in QUEUED' }).waitFor();
  expect(faults).toEqual([]);
});

test('an address with a heading shows that heading, below the header', async (context) => {
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/help/queued#no-worker');
  const heading = page.getByRole('heading', { name: 'No worker', exact: true });
  await heading.waitFor();
  await expect.poll(() => topOf(heading)).toBeLessThan(200);
  expect(await topOf(heading)).toBeGreaterThan(52);
  await page.getByRole('link', { name: 'no slot' }).click();
  await page.waitForURL('**/help/queued#no-slot');
  expect(faults).toEqual([]);
});

async function topOf(heading: { boundingBox(): Promise<{ y: number } | null> }): Promise<number> {
  return (await heading.boundingBox())?.y ?? Infinity;
}
