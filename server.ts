import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { createApp } from './api/app.ts';
import type { AccessOptions } from './api/authenticate.ts';
import { createHttpServer, httpLimits, type HttpLimits } from './api/http-server.ts';
import { allowedOrigins } from './auth/origins.ts';
import { isLoopback, tokensRequired } from './auth/policy.ts';
import { parseAddress } from './conf/load.ts';
import type { Config } from './conf/schema.ts';
import { openDatabase, waitForDatabase, type Database, type Db } from './db/client.ts';
import { seedConfiguredClusters } from './db/clusters.ts';
import { recordOnce } from './db/installation.ts';
import { listenForChanges } from './db/run-news.ts';
import { FlotillaError, required, systemCode } from './domain/errors.ts';
import { SILENT } from './domain/telemetry.ts';
import { openShippedLogs, openSparkLogs } from './logs/open-shipped.ts';
import { openLogStore } from './logs/open.ts';
import type { Services } from './services/context.ts';
import { gaugesOf } from './services/gauges.ts';
import { RunFeed } from './services/run-feed.ts';
import type { Logger } from './telemetry/log.ts';
import type { OpenTelemetry } from './telemetry/open.ts';
import { BulkActions } from './temporal/bulk-actions.ts';
import { lazyClient, temporalTarget } from './temporal/connect.ts';
import { RunWorkflows } from './temporal/run-workflows.ts';
import { createSandbox } from './templates/sandbox.ts';
import { actingOn } from './use-cases.ts';

/** How long a reader of a long answer may hold up the end of this process. */
const CLOSE_WITHIN_MS = 3_000;
const CLOSE_IDLE_EVERY_MS = 50;

export interface ServerDeps {
  config: Config;
  log: Logger;
  /** Nobody is told anything without it. */
  telemetry?: OpenTelemetry;
  /** Addresses to listen on besides the configured ones, left out when they are taken. */
  extraAddresses?: string[];
  /** Gives up the start; once it is up, `stop` ends it. */
  signal?: AbortSignal;
}

export interface RunningServer {
  /** Base URLs, the first one configured. */
  urls: string[];
  /** Uses the connection of a worker in this process from now on. */
  adopt(client: Client): void;
  stop(): Promise<void>;
}

/**
 * The HTTP server. Starts while Temporal is away; waits for the database.
 * @throws AbortError when the signal gives up the start
 */
export async function startServer(deps: ServerDeps): Promise<RunningServer> {
  const { config, log } = deps;
  const database = openDatabase(required('database_url', config.database_url), {
    maxConnections: config.database_max_connections,
    applicationName: 'flotilla-server',
    onIdleError: (error) => log.warn({ error: error.message }, 'database connection lost'),
  });
  try {
    return await serveOn(database, deps);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Closes the database when it is stopped, and leaves it to the caller when it does not start. */
async function serveOn(database: Database, deps: ServerDeps): Promise<RunningServer> {
  const { config, log, telemetry, signal = new AbortController().signal } = deps;
  const addresses = config.http_server_listen_address.map(parseAddress);
  const access = accessOf(config, addresses, log);
  const guard = guardOf(config, addresses, access.tokensRequired);
  await waitForDatabase(database, (text) => log.warn(text), signal);
  await seedConfiguredClusters(
    database.db,
    config.eks_clusters,
    'eks',
    config.aws_default_region ?? '',
  );
  await seedConfiguredClusters(
    database.db,
    Object.keys(config.emr_virtual_clusters ?? {}),
    'eks-spark',
    config.emr_aws_region ?? config.aws_default_region ?? '',
  );
  for (const [name, engine] of Object.entries(config.seed_clusters ?? {}))
    await seedConfiguredClusters(database.db, [name], engine, '');
  const logs = await openLogStore(config, (key, value) => recordOnce(database.db, key, value));
  const [shipped, sparkLogs] = await Promise.all([openShippedLogs(config), openSparkLogs(config)]);
  const traces = telemetry?.traces ?? null;
  const own = lazyClient(temporalTarget(config), traces === null ? [] : [traces.client]);
  let shared: Client | null = null;
  const warn: Services['warn'] = (message, detail) => log.warn(detail, message);
  const feed = feedOf(config, database.db, warn);
  const client = (): Client => shared ?? own.client;
  const queue = config.temporal_task_queue;
  const runs = new RunWorkflows(client, queue, () => shared !== null);
  const services: Services = {
    ...actingOn(config, database.db, runs, warn, telemetry ?? SILENT),
    feed,
    bulk: new BulkActions(client, queue),
    templates: createSandbox(),
    logs,
    ...(shipped === null ? {} : { shipped }),
    ...(sparkLogs === null ? {} : { sparkLogs }),
  };
  const maxBodyBytes = config.http_server_max_body_bytes;
  const prometheus = telemetry?.prometheus ?? null;
  for (const gauge of gaugesOf(database.db, warn)) prometheus?.gauge(gauge);
  const app = createApp({
    services,
    log,
    guard,
    access,
    maxBodyBytes,
    uiDir: builtUi(),
    metrics: services.telemetry.metrics,
    traces,
    ...(prometheus === null ? {} : { metricsPage: () => prometheus.page() }),
  });
  const servers = await listenAll(app.fetch, config, deps.extraAddresses ?? [], log);
  return {
    urls: servers.map(({ url }) => url),
    adopt: (better) => void (shared = better),
    async stop() {
      await Promise.all([feed.close(), ...servers.map(({ server }) => close(server))]);
      await services.templates.close();
      await own.close();
      await database.close();
    },
  };
}

/** Beside the bundle, or below the sources; what is beside these is not built, and has no assets. */
function builtUi(): string | null {
  const places = ['./ui', './dist/ui'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return places.find((path) => existsSync(join(path, 'assets'))) ?? null;
}

/** What changes of runs; heard of on a direct connection, because poolers forget a LISTEN. */
function feedOf(config: Config, db: Db, warn: Services['warn']): RunFeed {
  const url = config.database_listen_url ?? required('database_url', config.database_url);
  return new RunFeed({
    db,
    warn,
    listen: (onNews) =>
      listenForChanges(url, onNews, (error) => warn('LISTEN failed; streams are late', { error })),
  });
}

type Address = ReturnType<typeof parseAddress>;

/** Whoever reaches this server can run commands: who may is decided, and said, at the start. */
function accessOf(config: Config, addresses: readonly Address[], log: Logger): AccessOptions {
  const hosts = addresses.map(({ host }) => host);
  const open = hosts.filter((host) => !isLoopback(host)).join(', ');
  const needTokens = tokensRequired(config.auth, hosts);
  if (needTokens) {
    const why = config.auth === 'token' ? 'auth: token' : `listening beyond loopback (${open})`;
    log.warn(
      `${why}: every request needs a token, except GET /api/v6/health; ` +
        '"flotilla token create" makes one',
    );
  } else if (open !== '') {
    log.warn(`auth: none: whoever reaches ${open} may run commands`);
  }
  const perSecond = config.rate_limit_requests_per_second;
  return {
    tokensRequired: needTokens,
    trustProxyHeaders: config.auth_trusted_proxy_headers,
    rateLimit: perSecond === 0 ? null : { perSecond, burst: config.rate_limit_burst },
  };
}

function guardOf(config: Config, addresses: readonly Address[], needTokens: boolean) {
  const beyondLoopback = addresses.some((address) => !isLoopback(address.host));
  return {
    allowedHosts: config.http_server_allowed_hosts,
    anyHost: beyondLoopback && config.http_server_allowed_hosts.length === 0,
    allowedOrigins: allowedOrigins(config.http_server_cors_allowed_origins, needTokens),
  };
}

interface Listening {
  server: Server;
  url: string;
}

async function listenAll(
  fetch: Parameters<typeof createHttpServer>[0],
  config: Config,
  extra: readonly string[],
  log: Logger,
): Promise<Listening[]> {
  const listening: Listening[] = [];
  const limits = httpLimits(config.http_server_read_timeout_seconds * 1000);
  try {
    for (const text of config.http_server_listen_address)
      listening.push(await listen(fetch, parseAddress(text), limits));
  } catch (error) {
    await Promise.all(listening.map(({ server }) => close(server)));
    throw error;
  }
  for (const text of extra) {
    try {
      listening.push(await listen(fetch, parseAddress(text), limits));
    } catch (error) {
      if (!(error instanceof FlotillaError)) throw error;
      log.info(`${error.message}; not listening there`);
    }
  }
  return listening;
}

function listen(
  fetch: Parameters<typeof createHttpServer>[0],
  address: Address,
  limits: HttpLimits,
): Promise<Listening> {
  const server = createHttpServer(fetch, limits);
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
  // Those that were busy are kept open by clients that may have more to ask.
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(timer);
}
