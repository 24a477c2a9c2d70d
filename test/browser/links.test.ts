import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { screenshot, withBrowser } from '../support/browser.ts';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';
import { acceptRun } from '../support/rows.ts';

const browser = withBrowser();
let flotilla: TestFlotilla;
beforeAll(async () => {
  const eks_pod_url = 'https://headlamp.example/c/{cluster}/pods/{namespace}/{pod}';
  flotilla = await startFlotilla({
    config: { eks_pod_url, stop_grace_seconds: 12, temporal_ui_url: 'http://temporal.example/' },
  });
});
afterAll(() => flotilla.stop());

/** A run that is over and that no worker looks at. */
async function oldRun(): Promise<string> {
  const [queuedAt, status] = [new Date('2026-01-01T10:30:00Z'), 'STOPPED'];
  const runId = await acceptRun(flotilla.database, { alias: 'old-one', queuedAt });
  await flotilla.database.rows(
    'UPDATE task SET workflow_id = NULL, status = $2, exit_code = 0, finished_at = now() WHERE run_id = $1',
    [runId, status],
  );
  return runId;
}

test('a run that is being stopped says when TERM was sent and when KILL is due', async (context) => {
  const run = await flotilla.run(`trap '' TERM; while :; do sleep 0.1; done`);
  await flotilla.until(run.run_id, 'RUNNING');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}`);
  await flotilla.api.json('POST', `/api/v8/runs/${run.run_id}/stop`);
  const line = page.getByRole('status', { name: 'What is happening' });
  await line.getByText(/TERM sent [1-9]\d* s ago, KILL in \d+ s/).waitFor();
  await screenshot(page, 'stopping');
  const left = async (): Promise<number> =>
    Number(/KILL in (\d+) s/.exec(await line.innerText())?.[1] ?? NaN);
  const before = await left();
  await line.getByText(`KILL in ${before - 2} s`).waitFor();
  await flotilla.until(run.run_id, 'STOPPED');
  await line.getByText(/^Stopped/).waitFor();
  expect(faults).toEqual([]);
});

test('a pod is a link to where pods are shown', async (context) => {
  const runId = await oldRun();
  await flotilla.database.rows(`UPDATE task SET engine = 'eks' WHERE run_id = $1`, [runId]);
  await flotilla.database.rows(
    `INSERT INTO launch_attempt (run_id, attempt, state, cluster_name, external_id, pod_name)
     VALUES ($1, 1, 'ended', 'prod', 'jobs/flotilla-1/0f3a', 'flotilla-1-x7')`,
    [runId],
  );
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${runId}`);
  await page.getByRole('tab', { name: /^Attempts/ }).click();
  const link = page.getByRole('link', { name: 'flotilla-1-x7' });
  expect(await link.getAttribute('href')).toBe(
    'https://headlamp.example/c/prod/pods/jobs/flotilla-1-x7',
  );
  expect(faults).toEqual([]);
});

test('a run leads to its parent and its children, to its call and to its log as a file', async (context) => {
  const parent = await flotilla.run('echo one; echo two');
  const child = await flotilla.run('true', {
    env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent.run_id }],
  });
  for (const run of [parent, child]) await flotilla.until(run.run_id, 'STOPPED');
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`/runs/${child.run_id}`);
  await page.locator(`a[href$="/runs/${parent.run_id}"]`).first().click();
  await page.waitForURL(new RegExp(`/runs/${parent.run_id}$`));
  await page.getByRole('tab', { name: 'Related' }).click();
  const started = page.getByRole('table', { name: 'Runs that it started' });
  await started.locator(`a[href$="/runs/${child.run_id}"]`).waitFor();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
    /^curl [^]*echo one; echo two/,
  );
  await page.getByRole('tab', { name: 'Log' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const text = readFileSync(await file.path(), 'utf8');
  const own = text.split('\n').filter((line) => !/^(\+|\[flotilla\]) /.test(line));
  expect(own).toEqual(['one', 'two', '']);
  expect(faults).toEqual([]);
});

test('a run leads to its workflow, shows its manifest, and its log wraps when asked', async (context) => {
  const run = await flotilla.run(`printf '%03000d\\n' 7`);
  await flotilla.until(run.run_id, 'STOPPED');
  await flotilla.database.rows('UPDATE launch_attempt SET manifest = $2 WHERE run_id = $1', [
    run.run_id,
    'kind: Job\n',
  ]);
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto(`/runs/${run.run_id}`);
  const workflow = page.getByRole('link', { name: 'Temporal' });
  expect(await workflow.getAttribute('href')).toBe(
    `http://temporal.example/namespaces/default/workflows/${run.run_id}`,
  );
  const wrap = page.getByRole('switch', { name: 'Wrap' });
  const output = page.getByLabel('Log output');
  const line = output.getByText(/^0{2999}7$/);
  const height = async (): Promise<number> => (await line.boundingBox())?.height ?? NaN;
  await line.waitFor();
  const before = await height();
  await wrap.press('Space');
  await expect.poll(height).toBeGreaterThan(3 * before);
  await wrap.press('Space');
  await expect.poll(height).toBe(before);
  // Engine local is given none.
  await flotilla.database.rows(`UPDATE task SET engine = 'eks' WHERE run_id = $1`, [run.run_id]);
  await page.reload();
  await page.getByRole('tab', { name: 'Manifest' }).click();
  await page.getByLabel('Manifest', { exact: true }).getByText('kind: Job').waitFor();
  expect(faults).toEqual([]);
});

test('the palette finds a run that is none of the last by the beginning of its id', async (context) => {
  const runId = await oldRun();
  await flotilla.database.rows(
    `INSERT INTO task (run_id, alias, status, queued_at, engine)
     SELECT 'eks-ff-' || i, 'newer', 'STOPPED', now(), 'eks' FROM generate_series(1, 250) AS i`,
  );
  const { page, faults } = await browser.open(context, flotilla.url);
  await page.goto('/runs');
  await page.getByText('newer').first().waitFor();
  await page.keyboard.press('Control+k');
  const search = page.getByRole('textbox', { name: 'Go to a task, a run or a page' });
  await search.fill(runId.slice('local-'.length, 18));
  await page.getByRole('dialog').getByText('old-one').waitFor();
  await search.press('Enter');
  await page.waitForURL(new RegExp(`/runs/${runId}`));
  expect(faults).toEqual([]);
});
