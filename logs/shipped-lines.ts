const NEWLINE = 0x0a;
const BRACE = 0x7b;
/** Longer lines are no lines of an agent, and are passed on as they are, unread. */
export const LONGEST_LINE = 4 * 1024 * 1024;
/** Kubernetes' own form (CRI): time, stream, tags of which the first says partial or full, text. */
const CRI =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) ([PF])(?::[^ ]*)?(?: |$)/;
/** The header of a CRI line is no longer than this, unless it has tags that nobody has yet. */
const CRI_HEADER_BYTES = 80;

/**
 * What the job wrote, of one line of an agent, which is without its newline: `{"log": …}` of Docker
 * and Fluent Bit, or CRI text. Null for a line that is neither.
 */
export function jobBytes(line: Uint8Array): Uint8Array | null {
  return line[0] === BRACE ? fromJson(line) : fromCri(line);
}

function fromJson(line: Uint8Array): Uint8Array | null {
  const parsed = parseJson(Buffer.from(line).toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null || !('log' in parsed)) return null;
  if (typeof parsed.log !== 'string') return null;
  // Docker leaves the newline in; Fluent Bit, reading CRI, takes it off and leaves the tag.
  const tag = 'logtag' in parsed && typeof parsed.logtag === 'string' ? parsed.logtag : '';
  const ended = tag.startsWith('F') && !parsed.log.endsWith('\n');
  return Buffer.from(ended ? `${parsed.log}\n` : parsed.log);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fromCri(line: Uint8Array): Uint8Array | null {
  const header = Buffer.from(line.subarray(0, CRI_HEADER_BYTES)).toString('latin1');
  const match = CRI.exec(header);
  if (match === null) return null;
  const text = line.subarray(match[0].length);
  return match[1] === 'F' ? Buffer.concat([text, Buffer.of(NEWLINE)]) : text;
}

/**
 * What the job wrote, of an object that an agent shipped. Parts of a line are put together; a line
 * of no form that is known is kept as it is.
 */
export async function* unwrapped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  /** True inside a line that is too long to be one of an agent. */
  let raw = false;
  for await (const chunk of chunks) {
    const out: Uint8Array[] = [];
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      const part = chunk.subarray(at, end);
      if (raw) out.push(chunk.subarray(at, end + 1));
      else out.push(...jobPart(held.length === 0 ? part : Buffer.concat([...held, part]), true));
      [held, heldBytes, raw, at] = [[], 0, false, end + 1];
    }
    const rest = chunk.subarray(at);
    if (raw) out.push(rest);
    else if (rest.length > 0) {
      held.push(rest);
      heldBytes += rest.length;
    }
    if (heldBytes > LONGEST_LINE) {
      out.push(...held);
      [held, heldBytes, raw] = [[], 0, true];
    }
    if (out.length > 0) yield Buffer.concat(out);
  }
  if (heldBytes > 0) yield Buffer.concat(jobPart(Buffer.concat(held), false));
}

function jobPart(line: Uint8Array, ended: boolean): Uint8Array[] {
  const bytes = jobBytes(line);
  if (bytes !== null) return [bytes];
  return ended ? [line, Buffer.of(NEWLINE)] : [line];
}
