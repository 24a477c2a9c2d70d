import { chromium, type Browser, type Page } from 'playwright-core';
import { eventually } from '../test/support/eventually.ts';
import { findChromium } from '../test/support/provision/chromium.ts';
import { percentiles } from './measure.ts';
import { firstSeenProbe } from './ui-probes.ts';

/** @throws Error where this machine has no Chromium */
export async function launchBrowser(): Promise<Browser> {
  const found = await findChromium({ install: false, say: (text) => console.log(text) });
  if ('why' in found) throw new Error(found.why);
  return chromium.launch({
    executablePath: found.path,
    args: ['--no-sandbox'],
    // It is to be dragged.
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
}

/** A page of a profile of its own, so that nothing is cached. */
export async function freshPage(browser: Browser, url: string, probe: string): Promise<Page> {
  const profile = await browser.newContext({
    baseURL: url,
    viewport: { width: 1440, height: 900 },
  });
  const page = await profile.newPage();
  await page.addInitScript({ content: probe });
  return page;
}

/** Milliseconds from the beginning of a navigation until such an element is drawn, so many times. */
export async function firstSeen(
  browser: Browser,
  url: string,
  path: string,
  selector: string,
  times: number,
) {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const page = await freshPage(browser, url, firstSeenProbe(selector));
    await page.goto(path);
    const ask = (): Promise<number | null> => page.evaluate('window.firstSeen ?? null');
    took.push(await eventually(`${path} shows something`, ask));
    await page.context().close();
  }
  return { ...percentiles(took), times };
}
