import type { Placeholders } from './placeholders.ts';
import { VARIES, type Recording } from './recordings.ts';

/** Where an answer differs from the recorded one: `status`, `header x`, or a path into the body. */
export interface Difference {
  what: string;
  old: string;
  here: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Every difference; a status that differs stands for the body as well. */
export function compare(recording: Recording, answer: Answer, names: Placeholders): Difference[] {
  const { response } = recording;
  const old = response.transport_error ?? String(response.status);
  if (old !== String(answer.status)) return [{ what: 'status', old, here: String(answer.status) }];
  const headers = ['content-type', 'etag', 'cache-control'].flatMap((name) => {
    const wanted = response.headers[name];
    const given = answer.headers.get(name);
    if (wanted === undefined || wanted === given) return [];
    return [{ what: `header ${name}`, old: wanted, here: given ?? '(none)' }];
  });
  if (response.body === VARIES) return headers;
  return [...headers, ...compareBody(response.body, answer.text, names)];
}

function compareBody(recorded: unknown, text: string, names: Placeholders): Difference[] {
  if (typeof recorded === 'string') {
    if (recorded === text) return [];
    return [{ what: 'body', old: recorded, here: text.slice(0, 200) }];
  }
  return walk('', recorded, JSON.parse(text) as unknown, names);
}

function walk(path: string, old: unknown, here: unknown, names: Placeholders): Difference[] {
  if (Array.isArray(old) && Array.isArray(here)) return walkList(path, old, here, names);
  if (isObject(old) && isObject(here)) {
    return [...new Set([...Object.keys(old), ...Object.keys(here)])].flatMap((key) =>
      walk(path === '' ? key : `${path}.${key}`, old[key], here[key], names),
    );
  }
  if (typeof old === 'string' && typeof here === 'string' && names.matches(old, here)) return [];
  if (Object.is(old, here)) return [];
  return [{ what: path, old: show(old), here: show(here) }];
}

function walkList(
  path: string,
  old: unknown[],
  here: unknown[],
  names: Placeholders,
): Difference[] {
  if (old.length !== here.length) return [{ what: path, old: show(old), here: show(here) }];
  // Rows that a sort leaves equal come in any order, and variables were recorded by name.
  const left = path.endsWith('env') ? here.toSorted(byName) : [...here];
  return old.flatMap((item) => {
    const candidates = left.map((row) => walk(`${path}[]`, item, row, names));
    const best = candidates.reduce(
      (least, one, i) => (one.length < (candidates[least]?.length ?? Infinity) ? i : least),
      0,
    );
    left.splice(best, 1);
    return candidates[best] ?? [];
  });
}

function byName(a: unknown, b: unknown): number {
  const nameOf = (item: unknown): string => (isObject(item) ? String(item['name']) : '');
  return nameOf(a) < nameOf(b) ? -1 : 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 200);
}
