import { Command } from 'commander';
import { parseAddress, readConfig } from '../conf/load.ts';
import { refuseUnfinished } from '../conf/production.ts';
import type { Config } from '../conf/schema.ts';
import { untilAborted } from '../domain/until-aborted.ts';
import type { RunningServer } from '../server.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { openTelemetry, type OpenTelemetry } from '../telemetry/open.ts';
import type { RunningWorker, WorkerDeps } from '../worker.ts';
import { confDir } from './conf-dir.ts';
import { endingBySignal, unlessAborted } from './signals.ts';

/** `flotilla serve`: server and worker. */
export function serveCommand(): Command {
  return service('serve', 'run server and worker in one process', serveBoth);
}

/** `flotilla server` */
export function serverCommand(): Command {
  return service('server', 'run the HTTP server', serveServer);
}

/** `flotilla worker` */
export function workerCommand(): Command {
  return service('worker', 'run a worker', serveWorker);
}

interface Serving {
  config: Config;
  log: Logger;
  telemetry: OpenTelemetry;
  /** Aborted when somebody asks this process to end. */
  signal: AbortSignal;
}

/** A part of this process. */
interface Part {
  stop(): Promise<void>;
}

type Serve = (serving: Serving) => Promise<void>;

function service(name: string, description: string, serve: Serve): Command {
  return new Command(name)
    .description(description)
    .argument('[conf]', 'directory with a config.yml; environment variables override it')
    .action(async (dir: string | undefined) => {
      const loaded = readConfig({ dir: confDir(dir) });
      refuseUnfinished(loaded, { api: name !== 'worker' });
      const { config, warnings } = loaded;
      const log = createLogger(config.log_level, name === 'serve' ? 'flotilla' : name);
      for (const warning of warnings) log.warn(warning);
      const signal = endingBySignal();
      const telemetry = await openTelemetry(config, log, parseAddress);
      try {
        await unlessAborted(signal, serve({ config, log, telemetry, signal }));
      } finally {
        await telemetry.close();
      }
      // What cannot be cancelled would hold up the end: an attempt to connect to Temporal, a Worker that gave up.
      process.exit();
    });
}

async function serveServer(serving: Serving): Promise<void> {
  const server = await openServer(serving);
  await untilAborted(serving.signal);
  await server.stop();
}

async function serveWorker(serving: Serving): Promise<void> {
  const worker = await openWorker(serving);
  await untilEnded([worker], serving.signal, worker.done);
}

/** The server answers at once; the worker joins when Temporal does. */
async function serveBoth(serving: Serving): Promise<void> {
  const server = await openServer(serving);
  let worker: RunningWorker;
  try {
    worker = await openWorker(serving, { onClient: server.adopt });
  } catch (error) {
    await server.stop();
    throw error;
  }
  await untilEnded([server, worker], serving.signal, worker.done);
}

async function openServer(serving: Serving): Promise<RunningServer> {
  const { startServer } = await import('../server.ts');
  const server = await startServer(serving);
  serving.log.info({ urls: server.urls }, 'listening');
  return server;
}

async function openWorker(
  serving: Serving,
  more: Pick<WorkerDeps, 'onClient'> = {},
): Promise<RunningWorker> {
  const { startWorker } = await import('../worker.ts');
  const worker = await startWorker({ ...serving, ...more });
  serving.log.info('polling');
  return worker;
}

/** Ends all parts when the signal asks for it, or when a worker ends, whose failure is thrown. */
async function untilEnded(
  parts: readonly Part[],
  signal: AbortSignal,
  done: Promise<void>,
): Promise<void> {
  try {
    await Promise.race([untilAborted(signal), done]);
  } finally {
    await Promise.allSettled(parts.map((part) => part.stop()));
  }
  // One that failed while it ended.
  await done;
}
