/* All tests that this machine can run; under CI=true, all there are. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function run(command: string, args: string[], more: NodeJS.ProcessEnv = {}): number {
  const env = { ...process.env, ...more };
  return spawnSync(command, args, { stdio: 'inherit', env }).status ?? 1;
}

function vitest(args: string[], more: NodeJS.ProcessEnv = {}): number {
  return run('npx', ['--no-install', 'vitest', 'run', ...args], more);
}

/**
 * The cluster of project `kubernetes` takes its share of the machine as long as it is up, and vitest
 * brings up what all projects need at the start: so this project has a run of its own.
 */
function everything(): number {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-summary-'));
  try {
    const summary = { FLOTILLA_TEST_SUMMARY: join(dir, 'summary') };
    const codes = [
      vitest(['--project', '!kubernetes'], summary),
      vitest(['--project', 'kubernetes'], summary),
    ];
    const counts = readFileSync(summary.FLOTILLA_TEST_SUMMARY, 'utf8').trim().split('\n');
    const sum = (at: number): number =>
      counts.reduce((all, line) => all + Number(line.split(' ')[at]), 0);
    process.stdout.write(`${sum(0)} passed, ${sum(1)} failed\n`);
    const asked = process.env['FLOTILLA_TEST_SUMMARY'];
    if (asked !== undefined) appendFileSync(asked, `${sum(0)} ${sum(1)}\n`);
    return Math.max(...codes);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
const built = run('npx', ['--no-install', 'tsx', 'scripts/build.ts']);
process.exitCode = built === 0 ? (args.length === 0 ? everything() : vitest(args)) : built;
