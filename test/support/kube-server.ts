import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { onTestFinished } from 'vitest';
import { KubeApi } from '../../engines/eks/api.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** What an API server says when a test wants it to: real HTTP, and nothing of Kubernetes behind it. */
export async function kubeServer(answer: Answer): Promise<{ url: string; api: KubeApi }> {
  const server = createServer((request, response) =>
    answer(request, response, new URL(request.url ?? '/', 'http://localhost')),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let loads = 0;
  const api = new KubeApi(() => {
    loads += 1;
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'k', server: url, skipTLSVerify: true }],
      users: [{ name: 'u', token: `token-${loads}` }],
      contexts: [{ name: 'k', cluster: 'k', user: 'u' }],
      currentContext: 'k',
    });
    return config;
  });
  onTestFinished(() => {
    api.close();
    server.closeAllConnections();
    server.close();
  });
  return { url, api };
}

/** A failure as an API server words it. */
export function fail(
  response: ServerResponse,
  code: number,
  reason: string,
  message: string,
): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', code, reason, message }));
}
