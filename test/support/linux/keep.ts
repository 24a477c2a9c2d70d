import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { identify } from '../../../os/process.ts';

const SCRIPT = fileURLToPath(new URL('keeper.sh', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Sees to it that what is in a directory ends with this process, however that ends: vitest tears nothing
 * down when it is killed.
 * @param end a program (TypeScript) that gets the directory as its argument
 */
export function keep(root: string, end: string): void {
  const owner = identify(process.pid);
  const command = [process.execPath, '--import', 'tsx', end, root];
  const args = [SCRIPT, root, `${process.pid}`, owner?.ticks ?? '', ...command];
  const keeper = spawn('sh', args, { cwd: PROJECT, detached: true, stdio: 'ignore' });
  keeper.unref();
}
