import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, type TestContext } from 'vitest';
import { findChromium, type Chromium } from './provision/chromium.ts';

/** Ignored by git; looked at by people. */
const SCREENSHOTS = fileURLToPath(new URL('../../.flotilla/screenshots', import.meta.url));
const CI = process.env['CI'] === 'true';
/** For what a page shows by itself; the slowest waits for a job's end. */
export const PATIENCE_MS = 20_000;

export interface TestPage {
  page: Page;
  /** What went wrong in the page so far: its console's errors, exceptions, answers of 500. */
  faults: string[];
}

export interface TestBrowser {
  /**
   * A page of a profile of its own. Skips the test where there is no browser, and never under CI.
   * @param origin of the server
   */
  open(context: TestContext, origin: string): Promise<TestPage>;
}

/** A browser for the tests of a file. */
export function withBrowser(): TestBrowser {
  let found: Chromium;
  let browser: Browser | null = null;
  beforeAll(async () => {
    found = await findChromium({ install: CI, say: (text) => console.log(text) });
    if ('why' in found) return;
    // Root has no sandbox; what it shows are pages of this test.
    browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox'] });
  }, 600_000);
  afterAll(async () => browser?.close());
  return {
    async open(context, origin) {
      if (browser === null) {
        const why = 'why' in found ? found.why : 'no browser';
        if (CI) throw new Error(why);
        return context.skip(why);
      }
      const profile = await browser.newContext({ baseURL: origin });
      profile.setDefaultTimeout(PATIENCE_MS);
      const page = await profile.newPage();
      context.onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail') await screenshot(page, 'failed').catch(() => undefined);
        await profile.close();
      });
      return { page, faults: faultsOf(page) };
    },
  };
}

function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A failed request is judged by its status, below.
    const isRequest = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRequest) faults.push(message.text());
  });
  page.on('response', (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${answer.url()}`);
  });
  return faults;
}

/** A picture of a page, by a name, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${name}.png`);
  const taken = await page.screenshot({ path, animations: 'disabled' });
  expect(taken.length).toBeGreaterThan(0);
}
