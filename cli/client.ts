import { setTimeout as sleep } from 'node:timers/promises';
import { FlotillaError, messageOf, systemCode, type ErrorCode } from '../domain/errors.ts';

/** Fields of a run that the command line shows; the API's v6 shape. */
export interface RunView {
  run_id: string;
  definition_id: string;
  alias: string;
  cluster: string;
  status: string;
  user?: string;
  engine?: string;
  exit_code?: number;
  exit_reason?: string;
  queued_at?: string;
  started_at?: string;
  finished_at?: string;
  attempt_count?: number;
  notices?: string[];
}

export interface TransitionView {
  position: string;
  status: string;
  attempt: number;
  at: string;
  reason: string | null;
}

/** Longer than this a rate limit is told rather than waited for, in seconds. */
const MAX_WAIT_SECONDS = 60;
const MAX_WAITS = 20;

/** Calls the API. Every failure is a FlotillaError whose text a person can act on. */
export class ApiClient {
  readonly baseUrl: string;

  readonly #token: string | null;

  constructor(baseUrl: string, token: string | null = null) {
    this.baseUrl = baseUrl.replace(/\/$/, '');
    this.#token = token;
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
    for (let waits = 0; ; waits++) {
      const response = await this.#send(method, path, body, signal);
      if (response.ok) return response;
      const seconds = Number(response.headers.get('retry-after') ?? 'none');
      const wait = response.status === 429 && seconds <= MAX_WAIT_SECONDS && waits < MAX_WAITS;
      if (!wait) throw await refusal(response);
      await response.body?.cancel();
      await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal });
    }
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
    };
    try {
      return await fetch(`${this.baseUrl}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
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
