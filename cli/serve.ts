import { Command } from 'commander';
import { parseAddress, readConfig } from '../conf/load.ts';
import { refuseUnfinished } from '../conf/production.ts';
import type { Config } from '../conf/schema.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { openTelemetry, type OpenTelemetry } from '../telemetry/open.ts';
import { confDir } from './conf-dir.ts';
import { untilSignal } from './signals.ts';

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
      const telemetry = await openTelemetry(config, log, parseAddress);
      await serve({ config, log, telemetry });
      await telemetry.close();
    });
}

async function serveServer(serving: Serving): Promise<void> {
  const { startServer } = await import('../server.ts');
  const server = await startServer(serving);
  serving.log.info({ urls: server.urls }, 'listening');
  await untilSignal();
  await server.stop();
}

async function serveWorker(serving: Serving): Promise<void> {
  const { startWorker } = await import('../worker.ts');
  const worker = await startWorker(serving);
  serving.log.info('polling');
  await Promise.race([untilSignal(), worker.done]);
  await worker.stop();
}

/** The server answers at once; the worker joins when Temporal does. */
async function serveBoth(serving: Serving): Promise<void> {
  const { log } = serving;
  const { startServer } = await import('../server.ts');
  const { startWorker } = await import('../worker.ts');
  const server = await startServer(serving);
  log.info({ urls: server.urls }, 'listening');
  const worker = await startWorker({ ...serving, onClient: server.adopt });
  log.info('polling');
  await Promise.race([untilSignal(), worker.done]);
  await Promise.all([server.stop(), worker.stop()]);
}
