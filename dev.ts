import { Command } from 'commander';
import { runProgram } from './cli/program.ts';
import { resolve } from 'node:path';
import { tell } from './cli/output.ts';
import { execute } from './cli/run.ts';
import { endingBySignal, unlessAborted } from './cli/signals.ts';
import { clientAt } from './cli/target.ts';
import { parseAddress, readConfig } from './conf/load.ts';
import type { Config } from './conf/schema.ts';
import { Children } from './dev/children.ts';
import { seedDefaultCluster } from './dev/default-cluster.ts';
import { FlotillaError, messageOf } from './domain/errors.ts';
import { untilAborted } from './domain/until-aborted.ts';
import { startServer } from './server.ts';
import { createLogger } from './telemetry/log.ts';
import { openTelemetry } from './telemetry/open.ts';
import { startWorker } from './worker.ts';
import { StackLock, type Holder } from './os/stack-lock.ts';
import { startStack } from './dev/stack.ts';

const EXAMPLE = 'examples/hello-world.json';
const CLUSTER = 'default';
/** The original's README uses this port beside 3000. */
const README_PORT = 5000;

const never = new Promise<never>(() => undefined);

interface Up {
  url: string;
  temporalUi: string | null;
  /** Rejects when a part of the stack ends by itself. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/** `npm start`. */
async function start(): Promise<void> {
  const config = devConfig();
  const holder = StackLock.holderOf(resolve(config.data_dir));
  if (holder !== null) throw runsAlready(config, holder);
  const signal = endingBySignal(() => forceEnd());
  const up = await unlessAborted(signal, bringUp(config, signal));
  if (up === null) return;
  const hint = 'Ctrl-C ends it; jobs that run go on and are found again by the next start.';
  tell(`\n${urls(up)}\n\n${hint}`);
  await stayUp(up, signal);
}

/** `npm run demo`: on the stack of this directory if it is up, else on one of its own. */
async function demo(options: { keep: boolean }): Promise<void> {
  const config = devConfig();
  const holder = StackLock.holderOf(resolve(config.data_dir));
  if (holder?.url != null) {
    tell(`using the stack that runs at ${holder.url}`);
    process.exitCode = await runExample(holder.url);
    return;
  }
  const signal = endingBySignal(() => forceEnd());
  const up = await unlessAborted(signal, bringUp(config, signal));
  if (up === null) {
    process.exitCode = INTERRUPTED;
    return;
  }
  tell(urls(up));
  let code = 1;
  try {
    const interrupted = untilAborted(signal).then(() => INTERRUPTED);
    code = await Promise.race([runExample(up.url), up.failed, interrupted]);
    if (options.keep && code !== INTERRUPTED) {
      tell(`\n${urls(up)}\nCtrl-C ends it.`);
      await stayUp(up, signal);
    }
  } finally {
    await up.stop();
    process.exitCode = code;
  }
}

/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Ends the children at once; set before there are any. */
let forceEnd: () => void = () => undefined;

function runExample(url: string): Promise<number> {
  const env = [{ name: 'USERNAME', value: 'yourusername' }];
  const options = { cluster: CLUSTER, env, owner: 'youruser', follow: true };
  return execute(clientAt(url), EXAMPLE, options);
}

function devConfig(): Config {
  const dir = process.env['FLOTILLA_CONF'];
  const { config, warnings } = readConfig({ dir, defaults: { log_level: 'warn' } });
  for (const warning of warnings) tell(warning);
  return config;
}

function runsAlready(config: Config, holder: Holder): FlotillaError {
  const where = holder.url === null ? 'is starting' : `runs at ${holder.url}`;
  return new FlotillaError(
    'conflict',
    `Flotilla ${where} (pid ${holder.pid}) in ${resolve(config.data_dir)}; ` +
      'end it first, or set DATA_DIR to another directory',
  );
}

/**
 * Brings up, in order, what the rest needs; ends it again if a part does not come up.
 * @throws AbortError when the signal gives up the start
 */
async function bringUp(config: Config, signal: AbortSignal): Promise<Up> {
  const lock = new StackLock(resolve(config.data_dir));
  const holder = lock.take();
  if (holder !== null) throw runsAlready(config, holder);
  const undo: (() => Promise<void>)[] = [() => Promise.resolve(lock.release())];
  const stop = async (): Promise<void> => {
    const failures: unknown[] = [];
    // One that fails keeps nothing else running.
    for (const step of undo.splice(0).toReversed())
      await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    const children = new Children(resolve(config.data_dir));
    forceEnd = () => children.kill();
    const stack = await startStack({
      children,
      dir: config.data_dir,
      databaseUrl: config.database_url,
      temporalAddress: config.temporal_address,
      postgresPort: config.dev_postgres_port,
      temporalPort: config.dev_temporal_port,
      temporalUiPort: config.dev_temporal_ui_port,
      say: tell,
    });
    undo.push(() => children.stop());
    signal.throwIfAborted();
    const full = { ...config, ...stack.config };
    await seedDefaultCluster(full, CLUSTER, tell);
    const log = createLogger(config.log_level, 'flotilla');
    const telemetry = await openTelemetry(full, log, parseAddress);
    undo.push(() => telemetry.close());
    const extraAddresses = [`:${README_PORT}`];
    const server = await startServer({ config: full, log, telemetry, extraAddresses, signal });
    undo.push(() => server.stop());
    const onClient = server.adopt;
    const worker = await startWorker({ config: full, log, telemetry, onClient, signal });
    undo.push(() => worker.stop());
    signal.throwIfAborted();
    const failed = Promise.race([stack.failed, worker.done.then(() => never)]);
    failed.catch(() => undefined);
    const url = server.urls[0] ?? '';
    lock.announce(url);
    return {
      url,
      temporalUi: full.temporal_ui_url ?? null,
      failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stayUp(up: Up, signal: AbortSignal): Promise<void> {
  try {
    await Promise.race([untilAborted(signal), up.failed]);
    tell('ending…');
  } catch (error) {
    tell(`flotilla: ${messageOf(error)}`);
    process.exitCode = 1;
  } finally {
    await up.stop();
  }
}

function urls(up: Up): string {
  const ui = up.temporalUi === null ? '' : `\nTemporal Web UI  ${up.temporalUi}`;
  return `Web application  ${up.url}/\nAPI              ${up.url}/api/v6/task${ui}`;
}

const program = new Command('flotilla-dev').description(
  'Flotilla with an embedded Postgres and Temporal, for a laptop',
);
program
  .command('start')
  .description('bring everything up and stay up; Ctrl-C ends it, twice forces it')
  .action(start);
program
  .command('demo')
  .description('bring everything up, run examples/hello-world.json, and exit with its exit code')
  .option('--keep', 'stay up afterwards', false)
  .action(demo);

await runProgram(program, process.argv);
// What cannot be cancelled would hold up the end: an attempt to connect to Temporal, a Worker that gave up.
process.exit();
