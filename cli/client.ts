import { setTimeout as sleep } from 'node:timers/promises';
import { createFlotillaClient, type FlotillaClient, type Schemas } from '../client/client.ts';
import { FlotillaError, messageOf, systemCode, type ErrorCode } from '../domain/errors.ts';

export type Run = Schemas['Run'];
export type Transition = Schemas['Transition'];

/** Longer than this a rate limit is told rather than waited for, in seconds. */
const MAX_WAIT_SECONDS = 60;
const MAX_WAITS = 20;

/** Calls the API. Every failure is a FlotillaError whose text a person can act on. */
export class ApiClient {
  readonly baseUrl: string;
  /** Every call of the API by its path, with the types of its document. */
  readonly typed: FlotillaClient;

  readonly #token: string | null;

  constructor(baseUrl: string, token: string | null = null) {
    this.baseUrl = baseUrl.replace(/\/$/, '');
    this.#token = token;
    this.typed = createFlotillaClient(this.baseUrl, (request) => this.#send(request));
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    return (await response.json()) as T;
  }

  /** A request over the rate limit was not looked at, so it waits its turn and is sent again. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    const request = new Request(`${this.baseUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
    return this.#send(request);
  }

  /** Sends a request, again after each rate limit that is soon over. */
  async #send(request: Request): Promise<Response> {
    if (this.#token !== null) request.headers.set('authorization', `Bearer ${this.#token}`);
    for (let waits = 0; ; waits++) {
      const response = await this.#fetch(request.clone());
      if (response.ok) return response;
      const seconds = Number(response.headers.get('retry-after') ?? 'none');
      const wait = response.status === 429 && seconds <= MAX_WAIT_SECONDS && waits < MAX_WAITS;
      if (!wait) throw await refusal(response);
      await response.body?.cancel();
      await sleep(seconds * 1000, undefined, { signal: request.signal });
    }
  }

  async #fetch(request: Request): Promise<Response> {
    try {
      return await fetch(request);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): FlotillaError {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const why = systemCode(cause) ?? messageOf(cause);
    return new FlotillaError(
      'unavailable',
      `no answer from ${this.baseUrl} (${why}); is it running? --url or FLOTILLA_URL names another`,
      { cause: error },
    );
  }
}

/** What a typed call answered; one that was refused has thrown. */
export async function dataOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call;
  if (data !== undefined) return data;
  throw new FlotillaError('unavailable', `an empty answer from ${response.url}`);
}

async function refusal(response: Response): Promise<FlotillaError> {
  const text = await response.text();
  let message = text.trim() || response.statusText;
  try {
    const body = JSON.parse(text) as { error?: string; detail?: string };
    message = body.error ?? body.detail ?? message;
  } catch {
    // Not JSON: the text itself.
  }
  if (response.status === 401)
    message = `${message} (FLOTILLA_TOKEN or FLOTILLA_TOKEN_FILE set it)`;
  const code = CODES[response.status] ?? (response.status >= 500 ? 'unavailable' : 'invalid');
  return new FlotillaError(code, message);
}

const CODES: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  429: 'rate_limited',
};
