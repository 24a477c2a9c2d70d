/*
 * Builds what takes Go minutes, for the tests that come later: a program of its own, so that it can be
 * given the lowest priority. That it failed is said by the tests that need it.
 */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { messageOf } from '../../../domain/errors.ts';
import { findHelm } from './helm.ts';
import { findKubernetes, installKubernetesPackages } from './kubernetes.ts';

const LOWEST = 19;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

// Its parent holds the other end; this process leads a group, and a session, of its own.
process.stdin.resume().once('end', () => process.kill(-process.pid, 'SIGKILL'));

/** Of this process and all that it starts. */
function makeWay(): void {
  setPriority(LOWEST);
  try {
    // Where Linux groups processes by their session, a priority counts within the group only (sched(7)).
    writeFileSync('/proc/self/autogroup', String(LOWEST));
  } catch {
    say('this machine has no groups of processes to give a priority to');
  }
}

try {
  // Before that: others wait for the end of an installation.
  installKubernetesPackages(say);
} catch (error) {
  say(messageOf(error));
}
makeWay();
const helm = await findHelm({ build: true, say });
const kubernetes = await findKubernetes(say, { fetch: true });
for (const found of [helm, kubernetes]) if ('why' in found) say(found.why);
process.exit();
