const ELLIPSIS = '…';

/** What differs from one installation or run to the next, and what stands for it. */
const VOLATILE: [RegExp, string][] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b[a-z]+-[0-9a-f]{2}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<run>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
];

/**
 * How an answer differs from the one that a document shows; empty when it does not.
 *
 * Ids and times may be others. JSON may show fewer fields of an object, a text that ends in `…` is
 * the beginning of one, and a last element `"…"` of a list stands for any number. Other text shows
 * lines of the answer in their order, and a line `…` for any number of others.
 */
export function differences(shown: string, answer: string): string[] {
  const wanted = jsonOf(shown);
  if (wanted === undefined) return compareLines(shown, answer);
  const got = jsonOf(answer);
  return got === undefined ? [`not JSON: ${answer}`] : compareJson(wanted, got, 'answer');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function compareJson(shown: unknown, got: unknown, at: string): string[] {
  if (Array.isArray(shown)) {
    if (!Array.isArray(got)) return [difference(at, shown, got)];
    const open = shown.at(-1) === ELLIPSIS;
    const elements: unknown[] = open ? shown.slice(0, -1) : shown;
    if (open ? got.length < elements.length : got.length !== elements.length) {
      return [`${at}: ${elements.length} elements are shown, there are ${got.length}`];
    }
    return elements.flatMap((one, index) => compareJson(one, got[index], `${at}[${index}]`));
  }
  if (isObject(shown)) {
    if (!isObject(got)) return [difference(at, shown, got)];
    return Object.entries(shown).flatMap(([key, value]) =>
      compareJson(value, got[key], `${at}.${key}`),
    );
  }
  if (typeof shown === 'string' && typeof got === 'string') {
    return isShownText(shown, got) ? [] : [difference(at, shown, got)];
  }
  return shown === got ? [] : [difference(at, shown, got)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShownText(shown: string, got: string): boolean {
  const text = steady(shown);
  if (text.endsWith(ELLIPSIS)) return steady(got).startsWith(text.slice(0, -1));
  return steady(got) === text;
}

function steady(text: string): string {
  return VOLATILE.reduce((masked, [pattern, name]) => masked.replaceAll(pattern, name), text);
}

function difference(at: string, shown: unknown, got: unknown): string {
  return `${at}: ${JSON.stringify(shown)} is shown, it is ${JSON.stringify(got)}`;
}

function compareLines(shown: string, answer: string): string[] {
  const got = answer.split(/\r?\n/);
  let from = 0;
  for (const line of shown.split('\n')) {
    if (line.trim() === ELLIPSIS || line.trim() === '') continue;
    const found = got.findIndex((one, index) => index >= from && isShownText(line, one));
    if (found === -1) return [`no line "${line}" in its place in: ${answer}`];
    from = found + 1;
  }
  return [];
}
