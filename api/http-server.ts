import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';

/**
 * What a connection may take of this process. All of it is about receiving a request: an answer, such
 * as a log that is followed, may stream for as long as its reader stays.
 */
export interface HttpLimits {
  /** Bytes of the request line and all headers; more is 431. */
  maxHeaderBytes: number;
  /** Milliseconds for the headers to arrive, then 408. */
  headersTimeoutMs: number;
  /** Milliseconds for headers and body to arrive, then 408. */
  requestTimeoutMs: number;
  /** How often, in milliseconds, connections are looked at for the two above. */
  checkMs: number;
}

const MAX_HEADERS_MS = 15_000;
const MAX_CHECK_MS = 5_000;

/**
 * @param requestTimeoutMs for headers and body to arrive; headers never have longer, because Node
 *   would hold the longer of the two against the body
 */
export function httpLimits(requestTimeoutMs: number): HttpLimits {
  return {
    maxHeaderBytes: 32_768,
    headersTimeoutMs: Math.min(requestTimeoutMs, MAX_HEADERS_MS),
    requestTimeoutMs,
    checkMs: Math.min(requestTimeoutMs / 2, MAX_CHECK_MS),
  };
}

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

/** An HTTP server, not listening yet, on which a slow or endless request cannot sit for ever. */
export function createHttpServer(fetch: Fetch, limits: HttpLimits): Server {
  return createAdaptorServer({
    fetch,
    serverOptions: {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkMs,
    },
  }) as Server;
}
