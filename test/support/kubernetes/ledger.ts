import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProcessGroup } from '../linux/cgroups.ts';
import type { Components } from '../linux/components.ts';
import { cgroupsOf, INSIDE, netOf, pathsOf, type ClusterFacts } from './facts.ts';
import type { JobLedger } from './test-cluster.ts';

/** Takes a line, puts it on record in one write, and only then answers. */
const WRITER = `IFS= read -r line && printf '%s\\n' "$line" >>"$1" && echo noted\n`;

/** The ledger of a cluster of our own. It is no part of a node, and outlives all of them. */
export class ClusterLedger implements JobLedger {
  readonly #path: string;

  constructor(facts: ClusterFacts) {
    this.#path = pathsOf(facts).ledger;
  }

  note(text: string): string {
    const { gateway, ledger } = INSIDE;
    return `echo ${text} | busybox nc -w 10 ${gateway} ${ledger} | busybox grep -q noted`;
  }

  noteAttempt(text: string): string {
    return this.note(`${text} $FLOTILLA_RUN_ID $FLOTILLA_RUN_ATTEMPT`);
  }

  attempts(text: string, runId: string): number[] {
    return attemptsOf(this.lines(), text, runId);
  }

  lines(): string[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}

/** The attempts of a run that wrote this text, in order. */
export function attemptsOf(lines: string[], text: string, runId: string): number[] {
  return lines
    .map((line) => line.split(' '))
    .filter(([first, run]) => first === text && run === runId)
    .map(([, , attempt]) => Number(attempt));
}

export function startLedger(facts: ClusterFacts, components: Components): void {
  const writer = join(facts.root, 'ledger.sh');
  writeFileSync(writer, WRITER);
  const { gateway, ledger } = INSIDE;
  const listen = `TCP-LISTEN:${ledger},bind=${gateway},reuseaddr,fork,backlog=256`;
  // The writer has the connection itself: a socat between them waits half a second for the answer, and a
  // busy machine takes longer.
  const command = ['socat', listen, `EXEC:sh ${writer} ${pathsOf(facts).ledger},nofork`];
  const cgroup = makeProcessGroup(cgroupsOf(facts).programs);
  components.start('ledger', command, { cgroup, net: netOf(facts) });
}
