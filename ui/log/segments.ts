import Anser from 'anser';

/** A stretch of a line that looks the same. */
export interface Segment {
  text: string;
  /** Class names of log.css. */
  className: string;
  /** Whether it is what is searched for. */
  isMatch: boolean;
}

/** What a terminal would show of a line: what stands before a carriage return is written over. */
export function visibleText(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.slice(line.lastIndexOf('\r') + 1);
}

/** A line by its colours and by what is searched for. @param search empty for nothing */
export function segmentsOf(text: string, search: string): Segment[] {
  const visible = visibleText(text);
  const parts = visible.includes('\u001b')
    ? Anser.ansiToJson(visible, { use_classes: true, remove_empty: true }).map((part) => ({
        text: part.content,
        className: classOf(part),
      }))
    : [{ text: visible, className: '' }];
  return search === '' ? parts.map((part) => ({ ...part, isMatch: false })) : marked(parts, search);
}

function classOf({ fg, bg, decorations }: Anser.AnserJsonEntry): string {
  const names = [fg && `${fg}-fg`, bg && `${bg}-bg`, ...decorations.map((name) => `ansi-${name}`)];
  return names.filter((name) => typeof name === 'string' && name !== '').join(' ');
}

type Part = Omit<Segment, 'isMatch'>;

/** A match may lie across colours: it is looked for in the text without them. */
function marked(parts: readonly Part[], search: string): Segment[] {
  const whole = parts.map((part) => part.text).join('');
  const segments: Segment[] = [];
  let start = whole.indexOf(search);
  let at = 0;
  for (const part of parts) {
    let done = 0;
    while (done < part.text.length) {
      while (start >= 0 && start + search.length <= at + done) {
        start = whole.indexOf(search, start + search.length);
      }
      const isMatch = start >= 0 && start <= at + done;
      const next = start < 0 ? Infinity : isMatch ? start + search.length : start;
      const end = Math.min(part.text.length, next - at);
      segments.push({ ...part, text: part.text.slice(done, end), isMatch });
      done = end;
    }
    at += part.text.length;
  }
  return segments;
}
