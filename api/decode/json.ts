import { parseTree, type Node } from 'jsonc-parser';
import { FlotillaError, invalid, messageOf } from '../../domain/errors.ts';

/** Deeper than any request needs; the parser is recursive. */
const MAX_DEPTH = 500;

/**
 * Parses the first JSON value of a body, as Go's decoder does: whatever the Content-Type says, and
 * whatever follows the value. The order of keys is kept, so that the last duplicate can win.
 * @throws FlotillaError `invalid`, in Go's words for what is missing
 */
export function parseBody(text: string): Node {
  if (text.trim() === '') throw new FlotillaError('invalid', 'EOF');
  refuseDeepNesting(text);
  const root = parseTree(text, [], { disallowComments: true, allowTrailingComma: false });
  if (root === undefined || !isJson(text.slice(root.offset, root.offset + root.length))) {
    throw new FlotillaError('invalid', faultOf(text));
  }
  return root;
}

/** The tree comes from a parser that forgives; this one does not. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function faultOf(text: string): string {
  try {
    JSON.parse(text);
    return 'invalid JSON';
  } catch (error) {
    // V8 names either a position or the token that it did not expect.
    const message = messageOf(error);
    const at = /at position (\d+)/.exec(message)?.[1];
    const ended = /end of JSON input|Unterminated/.test(message);
    if (ended || Number(at) >= text.trimEnd().length) return 'unexpected EOF';
    return `invalid JSON: ${message.split(/,| in JSON/)[0]}`;
  }
}

function refuseDeepNesting(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth > MAX_DEPTH) throw new FlotillaError('invalid', 'exceeded max depth');
  }
}

/** The pairs of an object in the order in which they were written, duplicates included. */
export function pairsOf(node: Node): { key: string; value: Node }[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ key: String(key.value), value }];
  });
}

/** A value as plain data: users' maps keep their keys, the last duplicate of one wins. */
export function plainValue(node: Node, path: string): unknown {
  switch (node.type) {
    case 'object': {
      const entries = pairsOf(node).map(({ key, value }) => {
        const inner = path === '' ? key : `${path}.${key}`;
        return [cleanText(key, inner), plainValue(value, inner)] as const;
      });
      return Object.fromEntries(entries);
    }
    case 'array':
      return (node.children ?? []).map((child, i) => plainValue(child, `${path}.${i}`));
    case 'string':
      return cleanText(String(node.value), path);
    default:
      return node.value;
  }
}

/** Half of a surrogate pair becomes U+FFFD; a null byte cannot be stored. */
function cleanText(text: string, path: string): string {
  if (text.includes('\0')) throw invalid(path, 'must not contain a null byte');
  return text.toWellFormed();
}
