import { createServer, type Server } from 'node:http';
import { FlotillaError, systemCode } from '../domain/errors.ts';

export interface MetricsPage {
  page(): Promise<{ type: string; text: string }>;
}

/**
 * Serves `/metrics`, and nothing else, without a token: for a network that only a scraper reaches.
 * @throws FlotillaError `conflict` when the address is taken
 */
export async function serveMetrics(
  { host, port }: { host: string; port: number },
  metrics: MetricsPage,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    if (path !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics\n');
      return;
    }
    metrics.page().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, host, port);
  const bound = server.address();
  const on = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${on}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = systemCode(error) === 'EADDRINUSE';
      const text = `metrics_listen_address: ${host}:${port} is taken by another program`;
      reject(taken ? new FlotillaError('conflict', text) : error);
    });
    server.listen(port, host, resolve);
  });
}
