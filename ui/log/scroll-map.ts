/** Browsers cannot make an element higher than some 16 million pixels. */
const MOST_PIXELS = 8_000_000;

/** How a scrollbar of pixels stands for a log of lines. */
export interface ScrollMap {
  /** Height of what scrolls, in pixels. */
  height: number;
  /** The line at the top when the scrollbar is at its end, counting from 0; may be a fraction. */
  lastTop: number;
  /** Lines for each pixel: the inverse of a line's height, or more where the log is too long for that. */
  linesPerPixel: number;
}

/** @param viewport height of the window in pixels @param lineHeight of a line that is not wrapped, in pixels */
export function scrollMap(lines: number, viewport: number, lineHeight: number): ScrollMap {
  const height = Math.max(Math.min(lines * lineHeight, MOST_PIXELS), viewport);
  const lastTop = Math.max(lines - viewport / lineHeight, 0);
  const room = height - viewport;
  return { height, lastTop, linesPerPixel: room === 0 ? 0 : lastTop / room };
}

/** The line at the top, which may be a fraction. */
export function topOf(map: ScrollMap, scrollTop: number): number {
  return Math.min(Math.max(scrollTop * map.linesPerPixel, 0), map.lastTop);
}

/** Where the scrollbar is to be for a line to be at the top, in pixels. */
export function scrollTopOf(map: ScrollMap, top: number): number {
  if (map.linesPerPixel === 0) return 0;
  return Math.min(Math.max(top, 0), map.lastTop) / map.linesPerPixel;
}
