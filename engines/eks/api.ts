import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../../domain/errors.ts';

/** A request that gets no answer at all is given up after this time. */
const ANSWER_WITHIN_MS = 20_000;
const SOCKETS = 64;

/** What an API server answers instead of a success. */
export class KubeError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Kubernetes' word for it, such as `AlreadyExists`. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

export interface KubeRequest {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
}

type Options = RequestOptions & { headers: Record<string, string> };

/**
 * The HTTP side of one cluster's API server. Credentials, also those of an exec plugin, come from a
 * KubeConfig of @kubernetes/client-node; requests are ours, because its own open a TLS connection
 * for each (createAgent in its config.js) and cannot stream a log.
 */
export class KubeApi {
  readonly #load: () => KubeConfig;
  #config: KubeConfig;
  #agent: HttpsAgent | HttpAgent | null = null;
  #agentKey = '';

  /** @param load reads the credentials anew; called again when the server refuses the ones it has */
  constructor(load: () => KubeConfig) {
    this.#load = load;
    this.#config = load();
  }

  /** @throws KubeError */
  async json<T>(method: string, path: string, options: KubeRequest = {}): Promise<T> {
    const response = await this.#answer(method, path, options, ANSWER_WITHIN_MS);
    const text = await textOf(response);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new KubeError(0, 'BadAnswer', `${method} ${path}: not JSON`, error);
    }
  }

  /** An answer that goes on, such as a watch or a followed log. @throws KubeError */
  async stream(path: string, options: KubeRequest): Promise<IncomingMessage> {
    return this.#answer('GET', path, options, ANSWER_WITHIN_MS);
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = null;
  }

  async #answer(
    method: string,
    path: string,
    options: KubeRequest,
    withinMs: number,
  ): Promise<IncomingMessage> {
    const response = await this.#send(method, path, options, withinMs);
    if (isOk(response)) return response;
    const refusal = await errorOf(response);
    if (!isStranger(refusal)) throw refusal;
    this.#config = this.#load();
    const again = await this.#send(method, path, options, withinMs);
    if (isOk(again)) return again;
    throw await errorOf(again);
  }

  async #send(
    method: string,
    path: string,
    { query, body, contentType, signal }: KubeRequest,
    withinMs: number,
  ): Promise<IncomingMessage> {
    signal?.throwIfAborted();
    const server = this.#config.getCurrentCluster()?.server;
    if (server === undefined) throw new KubeError(0, 'NoCluster', 'the kubeconfig has no cluster');
    const url = new URL(server.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const payload = body === undefined ? null : JSON.stringify(body);
    const options = await this.#options(url);
    options.method = method;
    options.headers['accept'] = 'application/json';
    if (payload !== null) {
      options.headers['content-type'] = contentType ?? 'application/json';
      options.headers['content-length'] = String(Buffer.byteLength(payload));
    }
    if (signal !== undefined) options.signal = signal;
    return exchange(url, options, payload, withinMs);
  }

  /** Credentials as they are now; connections are kept as long as those stay the same. */
  async #options(url: URL): Promise<Options> {
    const options: RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(options);
    } catch (error) {
      throw new KubeError(0, 'NoCredentials', `no credentials: ${messageOf(error)}`, error);
    }
    const { headers, agent, ca, cert, key, servername, rejectUnauthorized, auth } = options;
    const tls = { ca, cert, key, servername, rejectUnauthorized };
    const kept = { keepAlive: true, maxSockets: Infinity, maxFreeSockets: SOCKETS };
    const made = JSON.stringify(tls);
    if (this.#agent === null || made !== this.#agentKey) {
      this.#agentKey = made;
      // A proxy of the kubeconfig needs the agent that the library makes for it.
      const proxied = this.#config.getCurrentCluster()?.proxyUrl !== undefined;
      if (proxied && typeof agent === 'object') this.#agent = agent as HttpsAgent;
      else this.#agent = url.protocol === 'http:' ? new HttpAgent(kept) : newAgent(tls, kept);
    }
    const named = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
    return {
      agent: this.#agent,
      headers: Object.fromEntries(named) as Record<string, string>,
      ...(auth == null ? {} : { auth }),
    };
  }
}

function newAgent(tls: Record<string, unknown>, kept: Record<string, unknown>): HttpsAgent {
  const said = Object.entries({ ...tls, ...kept }).filter(([, value]) => value != null);
  return new HttpsAgent(Object.fromEntries(said));
}

function exchange(
  url: URL,
  options: Options,
  payload: string | null,
  withinMs: number,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const request = send(url, options, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${withinMs / 1000} s`)),
      withinMs,
    );
    request.once('error', (error) => {
      clearTimeout(timer);
      const aborted = options.signal?.aborted === true;
      reject(aborted ? error : new KubeError(0, 'Unreachable', messageOf(error), error));
    });
    request.end(payload ?? undefined);
  });
}

/** Credentials that are no longer good: by themselves, or so that the server takes us for nobody. */
function isStranger({ status, message }: KubeError): boolean {
  return status === 401 || (status === 403 && message.includes('"system:anonymous"'));
}

function isOk(response: IncomingMessage): boolean {
  const status = response.statusCode ?? 0;
  return status >= 200 && status < 300;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) if (chunk instanceof Buffer) chunks.push(chunk);
  } catch (error) {
    throw new KubeError(0, 'Unreachable', `the answer broke off: ${messageOf(error)}`, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface StatusBody {
  message?: string;
  reason?: string;
}

async function errorOf(response: IncomingMessage): Promise<KubeError> {
  const text = await textOf(response);
  const status = response.statusCode ?? 0;
  let body: StatusBody = {};
  try {
    body = JSON.parse(text) as StatusBody;
  } catch {
    body = { message: text.trim() };
  }
  return new KubeError(status, body.reason ?? '', body.message || `HTTP ${status}`);
}
