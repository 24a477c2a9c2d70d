import type { Server, ServerOptions } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Client } from '@temporalio/client';
import { createApp } from './api/app.ts';
import { parseAddress } from './conf/load.ts';
import type { Config } from './conf/schema.ts';
import { openDatabase, waitForDatabase } from './db/client.ts';
import { recordOnce } from './db/installation.ts';
import { FlotillaError, required, systemCode } from './domain/errors.ts';
import type { EngineReader } from './engines/engine.ts';
import { LocalReader } from './engines/local/engine.ts';
import { localClusterDir } from './engines/local/paths.ts';
import { openLogStore } from './logs/open.ts';
import type { Services } from './services/context.ts';
import type { Logger } from './telemetry/log.ts';
import { lazyClient, temporalTarget } from './temporal/connect.ts';
import { RunWorkflows } from './temporal/run-workflows.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
/** How long a reader of a long answer may hold up the end of this process. */
const CLOSE_WITHIN_MS = 3_000;

export interface ServerDeps {
  config: Config;
  log: Logger;
  /** Addresses to listen on besides the configured ones, left out when they are taken. */
  extraAddresses?: string[];
}

export interface RunningServer {
  /** Base URLs, the first one configured. */
  urls: string[];
  /** Uses the connection of a worker in this process from now on. */
  adopt(client: Client): void;
  stop(): Promise<void>;
}

/** The HTTP server. Starts while Temporal is away; waits for the database. */
export async function startServer(deps: ServerDeps): Promise<RunningServer> {
  const { config, log } = deps;
  const addresses = config.http_server_listen_address.map(parseAddress);
  refuseUnguarded(config, addresses);
  const database = openDatabase(required('database_url', config.database_url), {
    maxConnections: config.database_max_connections,
    applicationName: 'flotilla-server',
    onIdleError: (error) => log.warn({ error: error.message }, 'database connection lost'),
  });
  await waitForDatabase(database, (text) => log.warn(text), new AbortController().signal);
  const logs = await openLogStore(config, (key, value) => recordOnce(database.db, key, value));
  const own = lazyClient(temporalTarget(config));
  let shared: Client | null = null;
  const services: Services = {
    db: database.db,
    runs: new RunWorkflows(
      () => shared ?? own.client,
      config.temporal_task_queue,
      () => shared !== null,
    ),
    logs,
    settings: {
      mode: config.flotilla_mode,
      ownerVariable: config.owner_id_var,
      engineDefault: config.default_engine,
      clusterDefault: config.eks_cluster_default,
      gpuClusterDefault: config.eks_gpu_cluster_default ?? config.eks_cluster_default,
      tierDefault: config.eks_tier_default,
      deadlineSecondsDefault: config.run_active_deadline_seconds_default,
    },
    readerOf: readers(config),
    warn: (message, detail) => log.warn(detail, message),
  };
  const app = createApp({ services, log, guard: guardOf(config, addresses) });
  const servers = await listenAll(app.fetch, config, deps.extraAddresses ?? [], log);
  return {
    urls: servers.map(({ url }) => url),
    adopt: (client) => void (shared = client),
    async stop() {
      await Promise.all(servers.map(({ server }) => close(server)));
      await own.close();
      await database.close();
    },
  };
}

/** The read side of each cluster, made when it is first asked for. */
function readers(config: Config): Services['readerOf'] {
  const made = new Map<string, EngineReader>();
  return (engine, cluster) => {
    if (engine !== 'local') return null;
    const reader = made.get(cluster) ?? new LocalReader(localClusterDir(config.data_dir, cluster));
    made.set(cluster, reader);
    return reader;
  };
}

type Address = ReturnType<typeof parseAddress>;

/** Whoever reaches this server can run commands: beyond loopback that has to be meant. */
function refuseUnguarded(config: Config, addresses: readonly Address[]): void {
  const open = addresses.find((address) => !LOOPBACK.has(address.host));
  if (open !== undefined && config.auth !== 'none') {
    throw new FlotillaError(
      'invalid',
      `http_server_listen_address: ${open.host} is reachable from outside, where anybody could run ` +
        `commands; say "auth: none" if that is meant`,
    );
  }
}

function guardOf(config: Config, addresses: readonly Address[]) {
  const beyondLoopback = addresses.some((address) => !LOOPBACK.has(address.host));
  return {
    allowedHosts: config.http_server_allowed_hosts,
    anyHost: beyondLoopback && config.http_server_allowed_hosts.length === 0,
    allowedOrigins: config.http_server_cors_allowed_origins,
  };
}

interface Listening {
  server: Server;
  url: string;
}

async function listenAll(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  config: Config,
  extra: readonly string[],
  log: Logger,
): Promise<Listening[]> {
  const listening: Listening[] = [];
  const options = readTimeouts(config.http_server_read_timeout_seconds * 1000);
  for (const text of config.http_server_listen_address) {
    listening.push(await listen(fetch, parseAddress(text), options));
  }
  for (const text of extra) {
    try {
      listening.push(await listen(fetch, parseAddress(text), options));
    } catch (error) {
      if (!(error instanceof FlotillaError)) throw error;
      log.info(`${error.message}; not listening there`);
    }
  }
  return listening;
}

/** Node holds the longer of the two against the body and the shorter against the headers. */
function readTimeouts(milliseconds: number): ServerOptions {
  return {
    requestTimeout: milliseconds,
    headersTimeout: Math.min(milliseconds, 60_000),
    connectionsCheckingInterval: Math.min(milliseconds / 2, 30_000),
  };
}

function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  address: Address,
  serverOptions: ServerOptions,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch, serverOptions }) as Server;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = systemCode(error) === 'EADDRINUSE';
      const where = `${address.host}:${address.port}`;
      reject(taken ? new FlotillaError('conflict', `${where} is taken by another program`) : error);
    });
    server.listen(address.port, address.host, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
      const host = address.host.includes(':') ? `[${address.host}]` : address.host;
      resolve({ server, url: `http://${host}:${port}` });
    });
  });
}

/** Lets requests finish for a moment, then cuts what still streams. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await closed;
  clearTimeout(timer);
}
