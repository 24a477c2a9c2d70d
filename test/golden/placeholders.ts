const PLACEHOLDER = /<((?:def|run|tpl)[A-Z0-9]\w*|RUN|TPL|UUID|TS:Z|TS:OFFSET)>/g;
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`;
const WILD: Record<string, string> = {
  RUN: '[a-z0-9-]{36}',
  TPL: 'tpl-[0-9a-f-]{32}',
  UUID: '[0-9a-f-]{36}',
  'TS:Z': TIME,
  'TS:OFFSET': TIME,
};

/** Names that stand for ids in recordings, with what they stand for in this replay. */
export class Placeholders {
  readonly #known = new Map<string, string>();

  bind(name: string, value: string): void {
    this.#known.set(name, value);
  }

  /** A text to send, its names replaced. Throws when one is not known. */
  fill(text: string): string {
    return text.replace(PLACEHOLDER, (_, name: string) => {
      const value = this.#known.get(name);
      if (value === undefined) throw new Error(`nothing is known of <${name}>`);
      return value;
    });
  }

  /** True when a text is the recorded one; a name met for the first time is bound by it. */
  matches(recorded: string, actual: string): boolean {
    const names: string[] = [];
    let pattern = '';
    let at = 0;
    for (const match of recorded.matchAll(PLACEHOLDER)) {
      const name = match[1] ?? '';
      const known = this.#known.get(name);
      const wild = WILD[name];
      pattern += escape(recorded.slice(at, match.index));
      if (wild !== undefined) pattern += wild;
      else if (known !== undefined) pattern += escape(known);
      else {
        names.push(name);
        pattern += '(.+)';
      }
      at = match.index + match[0].length;
    }
    const found = new RegExp(`^${pattern}${escape(recorded.slice(at))}$`, 's').exec(actual);
    names.forEach((name, i) => found?.[i + 1] !== undefined && this.bind(name, found[i + 1] ?? ''));
    return found !== null;
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
