export interface EnvLine {
  name: string;
  value: string;
}

export interface ParsedEnv {
  variables: EnvLine[];
  /** Lines that say nothing of a variable, counted from 1. */
  problems: { line: number; text: string }[];
}

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*/;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/**
 * The variables of an `.env` file: `export`, comments, quotes and values of several lines. Nothing is
 * expanded: `$HOME` stays as it is written. Of a name that comes twice the last one counts.
 */
export function parseEnv(text: string): ParsedEnv {
  const all = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const variables = new Map<string, string>();
  const problems: ParsedEnv['problems'] = [];
  let line = 1;
  for (let at = 0; at < all.length;) {
    const lineEnd = endOfLine(all, at);
    const source = all.slice(at, lineEnd);
    const match = ASSIGNMENT.exec(source);
    let end = lineEnd;
    if (match?.[1] !== undefined) {
      const value = valueAt(all, at + match[0].length, lineEnd);
      variables.set(match[1], value.text);
      end = value.end;
      if (value.unclosed) problems.push({ line, text: 'the quote is not closed' });
    } else if (!/^\s*(#.*)?$/.test(source)) {
      problems.push({ line, text: 'is not NAME=value' });
    }
    line += all.slice(at, end).split('\n').length;
    at = end + 1;
  }
  return { variables: [...variables].map(([name, value]) => ({ name, value })), problems };
}

/** Where a value ends: the index of the line break behind it. */
interface Value {
  text: string;
  end: number;
  unclosed: boolean;
}

function valueAt(all: string, from: number, lineEnd: number): Value {
  const quote = all[from];
  if (quote === '"' || quote === "'" || quote === '`') {
    const close = closingQuote(all, from + 1, quote);
    if (close >= 0) {
      const inner = all.slice(from + 1, close);
      const text = quote === '"' ? unescaped(inner) : inner;
      return { text, end: endOfLine(all, close), unclosed: false };
    }
    return { text: plain(all.slice(from, lineEnd)), end: lineEnd, unclosed: true };
  }
  return { text: plain(all.slice(from, lineEnd)), end: lineEnd, unclosed: false };
}

/** A comment begins at a `#` with white space before it, so that `a#b` is a value. */
function plain(text: string): string {
  return text.replace(/(^|\s)#.*$/, '').trim();
}

function closingQuote(all: string, from: number, quote: string): number {
  for (let i = from; i < all.length; i++) {
    if (quote === '"' && all[i] === '\\') i++;
    else if (all[i] === quote) return i;
  }
  return -1;
}

function unescaped(text: string): string {
  return text.replace(/\\(n|r|t|"|\\|\$)/g, (_, one: string) => ESCAPES[one] ?? one);
}

function endOfLine(all: string, from: number): number {
  const end = all.indexOf('\n', from);
  return end < 0 ? all.length : end;
}
