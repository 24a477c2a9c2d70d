import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a run of Schemathesis may be told. */
export interface FuzzOptions {
  command: readonly [string, ...string[]];
  /** File of the document. */
  document: string;
  url: string;
  checks: readonly string[];
  /** Options that choose operations. */
  select: readonly string[];
  /** Most cases of an operation that are made up, beside those that cover its schemas. */
  examples: number;
  /** A directory that it may write into. */
  dir: string;
}

/** Cases are made up from this; another one finds other things. */
const SEED = '20260131';
/** No request takes longer, or it hangs. */
const ANSWER_SECONDS = '5';

/** Sends what is valid and what is not, and gives what Schemathesis says of the answers. */
export async function fuzz(options: FuzzOptions): Promise<{ code: number | null; report: string }> {
  const [python, ...first] = options.command;
  const args = [
    ...[...first, 'run', options.document, '--url', options.url, '--no-color'],
    ...[...options.select, '--phases', 'examples,coverage,fuzzing'],
    ...['--checks', options.checks.join(','), '--max-examples', String(options.examples)],
    ...['--request-timeout', ANSWER_SECONDS, '--max-response-time', ANSWER_SECONDS],
    ...['--seed', SEED, '--generation-database', 'none'],
    ...['--suppress-health-check', 'all', '--warnings', 'off', '--continue-on-failure'],
    // One worker: CPython 3.11's parser of syntax trees is not safe with several threads.
    ...['--no-shrink', '--workers', '1'],
  ];
  const child = spawn(python, args, { cwd: options.dir, stdio: ['ignore', 'pipe', 'pipe'] });
  let report = '';
  child.stdout.on('data', (chunk) => (report += String(chunk)));
  child.stderr.on('data', (chunk) => (report += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, report };
}
