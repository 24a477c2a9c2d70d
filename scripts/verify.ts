/*
 * Everything that can be checked without servers, in a few minutes. With --no-unit without the unit tests,
 * for those who run all tests afterwards.
 */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createLayerCommand } from './layers.ts';

interface Step {
  name: string;
  command: string[];
}

const STEPS: Step[] = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'types of ui', command: ['tsc', '--project', 'ui'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--quiet'] },
  { name: 'layers', command: createLayerCommand() },
  { name: 'bundle', command: ['tsx', 'scripts/build.ts', '--check'] },
  { name: 'unit', command: ['vitest', 'run', '--project', 'unit', '--reporter', 'dot'] },
];

function run(step: Step): Promise<{ ok: boolean; output: string; seconds: number }> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn('npx', ['--no-install', ...step.command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.on('close', (code) =>
      resolve({ ok: code === 0, output, seconds: (performance.now() - began) / 1000 }),
    );
  });
}

let failed = false;
const isAsked = ({ name }: Step): boolean => name !== 'unit' || !process.argv.includes('--no-unit');
const queue = STEPS.filter(isAsked).values();
const lane = async (): Promise<void> => {
  for (const step of queue) {
    const { ok, output, seconds } = await run(step);
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds.toFixed(1)} s)`);
    if (!ok) {
      failed = true;
      console.log(output.trim());
    }
  }
};
await Promise.all([lane(), lane()]);
process.exitCode = failed ? 1 : 0;
