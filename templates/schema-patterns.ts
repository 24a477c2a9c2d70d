import { RE2JS } from 're2js';

/** What a schema's `pattern` becomes. */
interface Pattern {
  test(text: string): boolean;
}

/**
 * A pattern in the syntax of Go, by which flotilla-os understood them, and in linear time; one that
 * Go does not know (such as look-ahead) in that of JavaScript, where the thread's time limit holds.
 * Ajv asks for `code`, which is for schemas that are written out as modules.
 * @throws SyntaxError for a pattern in neither
 */
export const patternOf: ((pattern: string, flags: string) => Pattern) & { code: string } =
  Object.assign(
    (pattern: string, flags: string): Pattern => {
      try {
        const compiled = RE2JS.compile(pattern);
        return { test: (text) => compiled.matcher(text).find() };
      } catch {
        return new RegExp(pattern, flags);
      }
    },
    { code: 'patternOf' },
  );
