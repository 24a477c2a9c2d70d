import { Command } from 'commander';
import { readConfig } from '../conf/load.ts';
import type { Config } from '../conf/schema.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import { untilSignal } from './signals.ts';

/** `flotilla server`, `flotilla worker` and, for both in one, `flotilla serve`. */
export function serviceCommands(): Command[] {
  return [
    service('serve', 'run server and worker in one process', serveBoth),
    service('server', 'run the HTTP server', serveServer),
    service('worker', 'run a worker', serveWorker),
  ];
}

function service(
  name: string,
  description: string,
  serve: (config: Config, log: Logger) => Promise<void>,
): Command {
  return new Command(name)
    .description(description)
    .argument('[conf]', 'directory with a config.yml; environment variables override it')
    .action(async (dir: string | undefined) => {
      const { config, warnings } = readConfig({ dir });
      const log = createLogger(config.log_level, name === 'serve' ? 'flotilla' : name);
      for (const warning of warnings) log.warn(warning);
      await serve(config, log);
    });
}

async function serveServer(config: Config, log: Logger): Promise<void> {
  const { startServer } = await import('../server.ts');
  const server = await startServer({ config, log });
  log.info({ urls: server.urls }, 'listening');
  await untilSignal();
  await server.stop();
}

async function serveWorker(config: Config, log: Logger): Promise<void> {
  const { startWorker } = await import('../worker.ts');
  const worker = await startWorker({ config, log });
  log.info('polling');
  await Promise.race([untilSignal(), worker.done]);
  await worker.stop();
}

/** The server answers at once; the worker joins when Temporal does. */
async function serveBoth(config: Config, log: Logger): Promise<void> {
  const { startServer } = await import('../server.ts');
  const { startWorker } = await import('../worker.ts');
  const server = await startServer({ config, log });
  log.info({ urls: server.urls }, 'listening');
  const worker = await startWorker({ config, log, onClient: server.adopt });
  log.info('polling');
  await Promise.race([untilSignal(), worker.done]);
  await Promise.all([server.stop(), worker.stop()]);
}
