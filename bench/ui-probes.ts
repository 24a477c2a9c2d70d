/* What runs in the page: text, because the types of a browser are not here. */

/** Keeps as `firstSeen` when such an element was first drawn, in milliseconds since the navigation began. */
export function firstSeenProbe(selector: string): string {
  return `(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(${JSON.stringify(selector)}) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.firstSeen = performance.now(); }));
    });
    observer.observe(document, { childList: true, subtree: true });
  })()`;
}

/**
 * Keeps as `seen` when each run's row was first drawn, and first with each status: by `<run id> row`
 * and `<run id> <word of the status>`, in milliseconds of the clock.
 */
export const ROWS_PROBE = `(() => {
  window.seen = {};
  let isDue = false;
  const look = () => {
    isDue = false;
    for (const row of document.querySelectorAll('table[aria-label="Runs"] tr[data-index]')) {
      const label = row.querySelector('input[type=checkbox]')?.getAttribute('aria-label') ?? '';
      const id = label.replace('Select run ', '');
      const word = row.querySelector('.mantine-Badge-label')?.textContent;
      window.seen[id + ' row'] ??= Date.now();
      window.seen[id + ' ' + word] ??= Date.now();
    }
  };
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(look);
  }).observe(document, { childList: true, subtree: true, characterData: true });
})()`;

/** From now on `frameTimes` has the milliseconds between frames. */
export const FRAMES_PROBE = `(() => {
  window.frameTimes = [];
  let last = null;
  const next = (at) => {
    if (last !== null) window.frameTimes.push(at - last);
    last = at;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})()`;
