const WHITESPACE_STATUS = /\s50[0234]\s/;

/** In order; the first match wins. Texts and patterns are those of flotilla-os. */
const RULES: readonly [RegExp, string][] = [
  [/timeout|gatewayerror|socketerror|connectionerror/i, 'Connection error to downstream uri'],
  [WHITESPACE_STATUS, 'Connection error to downstream uri'],
  [
    /could not find a version|package not found|ModuleNotFoundError|No matching distribution found/i,
    'Python pip package installation error',
  ],
  [/Nothing to do/i, 'Yum installation error'],
  [
    /Could not read from remote repository|correct access rights|Repository not found/i,
    'Git clone error',
  ],
  [/404|400|keyerror|column missing|RuntimeError/i, 'Data or argument error'],
  [/syntaxerror|typeerror/i, 'Code or syntax error'],
];

/**
 * Names the cause of a failure from the exceptions that a job reported of itself; null when it
 * reported none. (flotilla-os answers "Code or syntax error" for everything unmatched, by a
 * stray empty alternative in its last pattern.)
 */
export function classifyExceptions(exceptions: readonly string[] | null): string | null {
  if (exceptions === null || exceptions.length === 0) return null;
  const text = JSON.stringify(exceptions);
  const rule = RULES.find(([pattern]) => pattern.test(text));
  return rule?.[1] ?? 'Runtime exception encountered';
}
