import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identify, isAlive } from '../../../os/process.ts';
import { eventually } from '../eventually.ts';
import { run, runSync, succeeds } from '../linux/commands.ts';
import { Components } from '../linux/components.ts';
import { IMAGES, makeImages } from '../linux/images.ts';
import { keep } from '../linux/keep.ts';
import { askDocker, type Asked } from './api.ts';
import { containersOf, netOf, pathsOf, surroundingsOf, type DockerFacts } from './facts.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { tearDown } from './teardown.ts';

const DAEMON = 'dockerd';
const READY_MS = 30_000;
const NO_NAMES = fileURLToPath(new URL('no-names.cjs', import.meta.url));
/** In a network of its own; an address for documentation (RFC 5737), which nobody has. */
const NAME_SERVER = '192.0.2.53';

export interface DockerOptions {
  /** Whether containers go on while the daemon is away and are found again: see `kill`. */
  liveRestore?: boolean;
  /**
   * A network of its own, cut off from this machine's: with bridges, published ports and names, which are
   * reached by `inside` only. Without it the daemon has no bridge, and the registries are in reach.
   */
  ownNetwork?: boolean;
  /** More arguments of dockerd. */
  args?: string[];
}

/**
 * A Docker daemon with a containerd of its own, up in about 2 s, beside whatever Docker the machine has;
 * needs root on Linux. Containers have no network, or `host` when they ask, unless it has one of its own.
 * It ends with `stop`, or with this process, however that ends.
 */
export async function startDocker(options: DockerOptions = {}): Promise<TestDocker> {
  const root = mkdtempSync(join(tmpdir(), 'fd-'));
  const { ownNetwork = false } = options;
  const facts: DockerFacts = { root, id: `flotilla-${basename(root)}`, ownNetwork };
  writeFileSync(join(root, 'docker.json'), JSON.stringify(facts));
  writeFileSync(pathsOf(facts).settings, '{}');
  keep(root, fileURLToPath(new URL('end-docker.ts', import.meta.url)));
  const components = new Components(root);
  try {
    if (ownNetwork) {
      makeNetwork(facts);
      const command = [process.execPath, NO_NAMES, NAME_SERVER];
      components.start('names', command, surroundingsOf(facts));
    }
    components.start(DAEMON, commandOf(facts, options), surroundingsOf(facts));
    const docker = new TestDocker(facts, components);
    await docker.ready();
    for (const file of makeImages(root, Object.values(IMAGES))) {
      await docker.load(file);
      rmSync(file);
    }
    return docker;
  } catch (error) {
    const words = components.lastWords(/./);
    await tearDown(facts);
    throw new Error(words, { cause: error });
  }
}

function makeNetwork({ id }: DockerFacts): void {
  runSync('ip', 'netns', 'add', id);
  runSync('ip', '-n', id, 'link', 'set', 'lo', 'up');
  runSync('ip', '-n', id, 'address', 'add', `${NAME_SERVER}/32`, 'dev', 'lo');
}

function commandOf(
  facts: DockerFacts,
  { liveRestore = false, args = [] }: DockerOptions,
): string[] {
  const { settings, socket, data, exec, pid } = pathsOf(facts);
  return [
    'dockerd',
    // Nothing of the machine's own daemon, its settings included.
    ...['--config-file', settings],
    ...['--data-root', data, '--exec-root', exec, '--pidfile', pid, '--host', `unix://${socket}`],
    ...['--cgroup-parent', containersOf(facts), '--exec-opt', 'native.cgroupdriver=cgroupfs'],
    ...(facts.ownNetwork
      ? ['--dns', NAME_SERVER]
      : ['--bridge=none', '--iptables=false', '--ip-forward=false']),
    ...['--storage-driver=overlay2', '--log-level=warn'],
    ...(liveRestore ? ['--live-restore'] : []),
    ...args,
  ];
}

/** A daemon of our own. */
export class TestDocker {
  /** Names of what it has from the start, by what is in them. */
  readonly images = IMAGES;
  /** Path of its Unix socket. */
  readonly socket: string;
  readonly facts: DockerFacts;
  readonly #components: Components;

  constructor(facts: DockerFacts, components: Components) {
    this.facts = facts;
    this.socket = pathsOf(facts).socket;
    this.#components = components;
  }

  /** Its address as DOCKER_HOST has it. */
  get host(): string {
    return `unix://${this.socket}`;
  }

  /** Of dockerd, also of one that is gone. */
  get pid(): number {
    return this.#components.identity(DAEMON).pid;
  }

  /** Asks its API: see `askDocker`. */
  ask(method: 'GET' | 'POST' | 'DELETE', path: string, asked: Asked = {}): Promise<string> {
    return askDocker(this.socket, method, path, asked);
  }

  /** Runs a program in the network of the daemon; gives its output. */
  inside(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    if (!this.facts.ownNetwork) return run(program, args, { env });
    return run('nsenter', [`--net=${netOf(this.facts)}`, '--', program, ...args], { env });
  }

  /** Loads an archive as `docker save` writes it. */
  async load(file: string): Promise<void> {
    await this.ask('POST', '/images/load?quiet=1', { file });
  }

  /**
   * KILL for dockerd alone; the kernel ends its containerd with it. Containers and their shims go on. The
   * next start (`restart`), as testbed.test.ts shows:
   *
   * - finds out how those ended that did meanwhile: the exit code is right;
   * - ends the others, by TERM and after 10 s by KILL, with an exit code that looks like the job's own (or
   *   137) and no word of why, and answers only when they have ended;
   * - with live-restore finds them running, under the same pid, with what they wrote meanwhile.
   */
  async kill(): Promise<void> {
    const { exec, pid } = pathsOf(this.facts);
    const file = join(exec, 'containerd/containerd.pid');
    const containerd = identify(Number(readFileSync(file, 'utf8')));
    await this.#components.end(DAEMON, 'SIGKILL');
    await eventually('containerd ends', () => containerd === null || !isAlive(containerd));
    // Where nobody has reaped them yet, the next dockerd takes them for alive, and waits in vain.
    for (const left of [file, pid]) rmSync(left, { force: true });
  }

  /** TERM for dockerd, which ends its containers first, by TERM, unless it is to live-restore them. */
  shutDown(): Promise<void> {
    return this.#components.end(DAEMON, 'SIGTERM');
  }

  /** Starts dockerd, when it does not run, as it was started before, and waits until it answers. */
  async restart(): Promise<void> {
    this.#components.restart(DAEMON);
    await this.ready();
  }

  /** Waits until it answers; gives up when it ends before. */
  async ready(): Promise<void> {
    const answers = async (): Promise<boolean> => {
      if (!this.#components.isRunning(DAEMON)) throw new Error(this.#components.lastWords(/./));
      return succeeds(this.ask('GET', '/_ping', { timeoutMs: 5_000 }));
    };
    await eventually(`dockerd answers; see ${this.facts.root}/log`, answers, READY_MS);
  }

  /** A registry that ends with the daemon: see `startRegistry`. */
  startRegistry(options: { login?: boolean } = {}): Promise<TestRegistry> {
    return startRegistry(this.facts, this.#components, options);
  }

  /** Ends everything and leaves nothing: no process, mount, control group or file. */
  stop(): Promise<void> {
    return tearDown(this.facts);
  }
}
