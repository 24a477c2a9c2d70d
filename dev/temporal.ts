import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../domain/lifecycle/search-attributes.ts';
import { isAlive } from '../os/process.ts';
import type { Child, Children } from './children.ts';
import { choosePort } from './ports.ts';
import { untilReady } from './until-ready.ts';

const NAMESPACE = 'default';
const TRIES = 3;
/** Closed workflows are what keeps a run from being started twice: see docs/architecture.md. */
const RETENTION_SECONDS = 7 * 24 * 3600;

export interface EmbeddedTemporal {
  address: string;
  uiUrl: string;
  child: Child;
}

export interface TemporalOptions {
  binary: string;
  dir: string;
  preferredPort: number;
  preferredUiPort: number;
  children: Children;
  /** Null keeps everything in memory. */
  dbFile: string | null;
  dynamicConfig?: Record<string, string>;
}

/** The Temporal CLI's dev server, on a file that outlives it. */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  for (let tries = 1; ; tries += 1) {
    const port = await choosePort(options.preferredPort);
    const uiPort = await choosePort(options.preferredUiPort);
    const child = launch(options, port, uiPort);
    const address = `127.0.0.1:${port}`;
    try {
      await untilReady('Temporal', child, () => setRetention(address));
      return { address, uiUrl: `http://127.0.0.1:${uiPort}`, child };
    } catch (error) {
      // Ports that it chooses for its own services may be somebody else's by the time it listens, and it ends.
      if (tries === TRIES || isAlive(child.identity)) throw error;
    }
  }
}

function launch(options: TemporalOptions, port: number, uiPort: number): Child {
  const attributes = Object.values(SEARCH_ATTRIBUTES).flatMap((name) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  // The default file mode syncs at every step and is five times slower; this one keeps what a
  // killed process wrote, which is the crash that a laptop has.
  const file =
    options.dbFile === null
      ? []
      : [
          '--db-filename',
          options.dbFile,
          '--sqlite-pragma',
          'journal_mode=WAL',
          '--sqlite-pragma',
          'synchronous=NORMAL',
        ];
  const dynamic = Object.entries(options.dynamicConfig ?? {}).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  return options.children.start({
    name: 'temporal',
    command: options.binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
      ...['--port', String(port), '--ui-port', String(uiPort)],
      ...attributes,
      ...file,
      ...dynamic,
    ],
    logFile: join(options.dir, 'log', 'temporal.log'),
    stopSignal: 'SIGTERM',
  });
}

async function setRetention(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '1s' });
  try {
    await connection.workflowService.updateNamespace({
      namespace: NAMESPACE,
      config: { workflowExecutionRetentionTtl: { seconds: RETENTION_SECONDS } as never },
    });
  } finally {
    await connection.close();
  }
}
