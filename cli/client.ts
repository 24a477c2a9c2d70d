import { createFlotillaClient, type FlotillaClient, type Schemas } from '../client/client.ts';
import { FlotillaError, messageOf, systemCode } from '../domain/errors.ts';

export type Run = Schemas['Run'];
export type Transition = Schemas['Transition'];

/** Calls the API. Every failure is a FlotillaError whose text a person can act on. */
export class ApiClient {
  readonly baseUrl: string;
  /** Every call of the API by its path, with the types of its document. */
  readonly typed: FlotillaClient;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl.replace(/\/$/, '');
    this.typed = createFlotillaClient(this.baseUrl, (request) => this.#send(request));
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
    const request = new Request(`${this.baseUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      ...(signal === undefined ? {} : { signal }),
    });
    return this.#send(request);
  }

  async #send(request: Request): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(request);
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
  const code =
    response.status === 404 ? 'not_found' : response.status === 409 ? 'conflict' : 'invalid';
  return new FlotillaError(response.status >= 500 ? 'unavailable' : code, message);
}
