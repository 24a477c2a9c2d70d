/* All tests that this machine can run; under CI=true, all there are. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Summary } from '../test/support/summary-reporter.ts';
import config from '../vitest.config.ts';

/** Its cluster takes the whole machine, as long as it is up; and what is built aside is for it. */
const ALONE = 'kubernetes';
/** Single cases of minutes: under CI=true only where the others leave the time for them. */
const LONG = 'long';
const LONG_UNTIL_SECONDS = 55 * 60;

interface Round extends Summary {
  name: string;
  seconds: number;
}

function run(command: string, args: string[]): number {
  return spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' }).status ?? 1;
}

/** Those of the configuration, in the order of their groups; what records histories is no test. */
function projects(): string[] {
  const ordered = (config.test?.projects ?? []).flatMap((project) => {
    if (typeof project !== 'object' || !('test' in project)) return [];
    const { name, sequence } = project.test ?? {};
    return typeof name === 'string' ? [{ name, order: sequence?.groupOrder ?? 0 }] : [];
  });
  ordered.sort((one, other) => one.order - other.order);
  return ordered.map(({ name }) => name).filter((name) => name !== 'record');
}

/**
 * Each project in a run of its own, so that it shares the machine with few others' Postgres and Temporal;
 * two at a time, since most of the time they wait.
 */
async function everything(): Promise<number> {
  const rounds: Round[] = [];
  const began = Date.now();
  const provisioning = provisionAside();
  const queue = projects()
    .filter((name) => name !== ALONE && name !== LONG)
    .values();
  const lane = async (names: Iterable<string>): Promise<void> => {
    for (const name of names) rounds.push(await round(name));
  };
  await Promise.all([lane(queue), lane(queue)]);
  await provisioning;
  await lane([ALONE]);
  const seconds = (Date.now() - began) / 1000;
  if (process.env['CI'] !== 'true' || seconds < LONG_UNTIL_SECONDS) await lane([LONG]);
  else process.stdout.write(`no time is left for project ${LONG}\n`);
  const sum = (what: 'passed' | 'failed'): number =>
    rounds.reduce((all, one) => all + one[what], 0);
  const [passed, failed] = [sum('passed'), sum('failed')];
  // Once more at the end, which is what is left of a long output.
  for (const { name, failures } of rounds)
    for (const text of failures) process.stdout.write(`\nFAILED ${name}: ${text}\n`);
  for (const one of rounds) process.stdout.write(`${resultOf(one)}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

function resultOf({ name, seconds, passed, failed }: Round): string {
  const result = failed === 0 ? 'ok    ' : 'failed';
  return `${result} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`;
}

async function round(name: string): Promise<Round> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-summary-'));
  const file = join(dir, 'summary.json');
  try {
    const began = Date.now();
    const child = spawn(join('node_modules', '.bin', 'vitest'), ['run', '--project', name], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FLOTILLA_TEST_SUMMARY: file },
    });
    const code = await prefixed(name, child);
    const seconds = Math.round((Date.now() - began) / 1000);
    const summary = summaryIn(file);
    const failed = code === 0 ? summary.failed : Math.max(summary.failed, 1);
    const result = { ...summary, name, seconds, failed };
    process.stdout.write(`${resultOf(result)}\n`);
    return result;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function summaryIn(file: string): Summary {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Summary;
  } catch {
    const failures = ['it ended before it told its result'];
    return { passed: 0, failed: failures.length, failures };
  }
}

/**
 * What takes minutes to build is built while others wait, at the lowest priority; who needs it then finds
 * it, or says why it cannot be had.
 */
async function provisionAside(): Promise<void> {
  if (process.env['CI'] !== 'true') return;
  const program = ['--import', 'tsx', 'test/support/provision/aside.ts'];
  // In a session of its own, since that is what Linux gives a share of the processors to.
  const child = spawn(process.execPath, program, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  await prefixed('build', child);
}

/** Each line of its output behind a name. @returns its exit code */
async function prefixed(name: string, child: ChildProcess): Promise<number> {
  children.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      process.stdout.write(`${name}: ${line}\n`);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  children.delete(child);
  return code ?? 1;
}

const children = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(1);
  });
}

const args = process.argv.slice(2);
const built = run('tsx', ['scripts/build.ts']);
if (built !== 0) process.exitCode = built;
else process.exitCode = args.length === 0 ? await everything() : run('vitest', ['run', ...args]);
