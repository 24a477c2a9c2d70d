import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../../../os/process.ts';
import { eventually } from '../eventually.ts';

const END_MS = 10_000;
const LAST_WORDS_CHARS = 2_000;

interface Recorded {
  command: string[];
  identity: ProcessIdentity;
  /** Whether what it forked ends with it; containers outlive their containerd. */
  wholeGroup: boolean;
}

export interface Surroundings {
  /** `cgroup.procs` of the control group it is put into. */
  cgroup: string;
  /** Files of the namespaces it is put into; absent for this process's own. */
  net?: string;
  mnt?: string;
  wholeGroup?: boolean;
}

/**
 * The programs of a cluster. Each is on record in the cluster's directory, with the command that
 * starts it again, so that any process may end one and bring it back.
 */
export class Components {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    for (const dir of ['components', 'log']) mkdirSync(join(root, dir), { recursive: true });
  }

  start(name: string, command: string[], where: Surroundings): void {
    const spaces = [
      ...(where.net === undefined ? [] : [`--net=${where.net}`]),
      ...(where.mnt === undefined ? [] : [`--mount=${where.mnt}`]),
    ];
    const inside = spaces.length === 0 ? command : ['nsenter', ...spaces, '--', ...command];
    // Each step replaces the one before it, so that the pid stays.
    const joined = ['sh', '-c', 'echo $$ >"$0" && exec "$@"', where.cgroup, ...inside];
    this.#spawn(name, joined, where.wholeGroup ?? true);
  }

  /** Starts one that ended, as it was started before; nothing when it runs. */
  restart(name: string): void {
    if (this.isRunning(name)) return;
    const { command, wholeGroup } = this.#read(name);
    this.#spawn(name, command, wholeGroup);
  }

  isRunning(name: string): boolean {
    return this.names().includes(name) && isAlive(this.#read(name).identity);
  }

  /** Ends one and waits for it; KILL when it does not heed the signal. */
  async end(name: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { identity, wholeGroup } = this.#read(name);
    const send = (which: NodeJS.Signals): void => {
      if (isAlive(identity)) process.kill(wholeGroup ? -identity.pid : identity.pid, which);
    };
    send(signal);
    const over = (): boolean => !isAlive(identity);
    await eventually(`${name} ends`, over, END_MS).catch(() => {
      send('SIGKILL');
      return eventually(`${name} ends`, over, END_MS);
    });
  }

  names(): string[] {
    return readdirSync(join(this.#root, 'components')).map((file) => file.replace(/\.json$/, ''));
  }

  /** What programs said last, for whoever has no more than the tests' output. */
  lastWords(which: RegExp): string {
    return this.names()
      .filter((name) => which.test(name))
      .map((name) => {
        const text = readFileSync(join(this.#root, 'log', `${name}.log`), 'utf8');
        const state = this.isRunning(name) ? 'runs' : 'has ended';
        return `${name} ${state}:\n${text.slice(-LAST_WORDS_CHARS)}`;
      })
      .join('\n');
  }

  identity(name: string): ProcessIdentity {
    return this.#read(name).identity;
  }

  #spawn(name: string, command: string[], wholeGroup: boolean): void {
    const output = openSync(join(this.#root, 'log', `${name}.log`), 'a');
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd: this.#root,
      detached: true,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw new Error(`${name} did not start`);
    const recorded: Recorded = { command, identity, wholeGroup };
    writeFileSync(join(this.#root, 'components', `${name}.json`), JSON.stringify(recorded));
  }

  #read(name: string): Recorded {
    const file = join(this.#root, 'components', `${name}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  }
}
