import { FlotillaError, messageOf, systemCode } from '../domain/errors.ts';

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

/** Calls the API. Every failure is a FlotillaError whose text a person can act on. */
export class ApiClient {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/$/, '');
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    return (await response.json()) as T;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.baseUrl}${path}`, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
    if (response.ok) return response;
    throw await refusal(response);
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
  const code =
    response.status === 404 ? 'not_found' : response.status === 409 ? 'conflict' : 'invalid';
  return new FlotillaError(response.status >= 500 ? 'unavailable' : code, message);
}
