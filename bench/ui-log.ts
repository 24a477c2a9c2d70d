import type { Browser, Page } from 'playwright-core';
import { define, execute, percentiles, round, untilCount } from './measure.ts';
import type { BenchStack } from './stack.ts';
import { firstSeen, freshPage } from './browser.ts';
import { FRAMES_PROBE } from './ui-probes.ts';

const LINES = 1_000_000;
const LOADS = 10;
const STEPS = 100;
const LONG_FRAME_MS = 50;
/** A line that is there, which `…` of one that is awaited is not. */
const LINE = '.log-line .log-text > span:not(.log-absent)';

/** How a log of a million lines opens and scrolls. */
export async function measureLog(browser: Browser, stack: BenchStack) {
  await define(stack.api, 'long-log', `set +x; seq -f "line %.0f of many" 1 ${LINES}`);
  const { run_id: runId } = await execute(stack.api, 'long-log');
  await untilCount(stack.database, 'long-log', 'STOPPED', 1);
  const path = `/runs/${runId}`;
  const firstLines = await firstSeen(browser, stack.url, path, LINE, LOADS);
  const page = await freshPage(browser, stack.url, FRAMES_PROBE);
  await page.goto(path);
  await page.locator(LINE).first().waitFor();
  const byKeys = await scroll(page, pageDown);
  const byScrollbar = await scroll(page, dragScrollbar);
  await page.context().close();
  return { lines: LINES, firstLines, byKeys, byScrollbar };
}

/** The frames while something scrolls, and until the lines that it came to are there. */
async function scroll(page: Page, move: (page: Page) => Promise<void>) {
  const before = await topLine(page);
  await page.evaluate('void (window.frameTimes.length = 0)');
  await move(page);
  await page.locator('.log-absent').first().waitFor({ state: 'detached' });
  const frames: number[] = await page.evaluate('window.frameTimes');
  const after = await topLine(page);
  if (after <= before) throw new Error(`the log did not scroll: line ${after} is at the top`);
  const long = frames.filter((ms) => ms > LONG_FRAME_MS);
  const seconds = round(frames.reduce((all, ms) => all + ms, 0) / 1000);
  return {
    fromLine: before,
    toLine: after,
    seconds,
    frames: frames.length,
    frameMs: percentiles(frames),
    longFrames: long.length,
  };
}

async function topLine(page: Page): Promise<number> {
  return Number(await page.locator('.log-line .log-number').first().innerText());
}

async function pageDown(page: Page): Promise<void> {
  await page.getByRole('log', { name: 'Log output' }).focus();
  for (let i = 0; i < STEPS; i += 1) await page.keyboard.press('PageDown');
}

/** By its thumb, from where it is to the end. */
async function dragScrollbar(page: Page): Promise<void> {
  const log = page.getByRole('log', { name: 'Log output' });
  await log.press('Home');
  const box = await log.boundingBox();
  if (box === null) throw new Error('the log is not to be seen');
  const x = box.x + box.width - 8;
  const y = box.y + 20;
  await page.mouse.move(x, y);
  await page.mouse.down();
  const way = box.height - 40;
  for (let i = 1; i <= STEPS; i += 1) await page.mouse.move(x, y + (way * i) / STEPS);
  await page.mouse.up();
}
