/* All tests that this machine can run; under CI=true, all there are. */
import { spawnSync } from 'node:child_process';

function run(command: string, args: string[]): number {
  return spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
}

const built = run('npx', ['--no-install', 'tsx', 'scripts/build.ts']);
process.exitCode =
  built === 0 ? run('npx', ['--no-install', 'vitest', 'run', ...process.argv.slice(2)]) : built;
