import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/**
 * Keeps this process, with its threads, and what it starts from now on to one core, so that a cluster on
 * this machine is as far from what is measured as one elsewhere. Needs Linux's taskset.
 * @param core from 0 on
 */
export function keepTo(core: number): void {
  if (cpus().length < 2) throw new Error('needs two cores: one for the cluster, one for Flotilla');
  execFileSync('taskset', [
    '--all-tasks',
    '--cpu-list',
    '--pid',
    String(core),
    String(process.pid),
  ]);
}
