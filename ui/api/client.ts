import { createFlotillaClient, type Schemas } from '../../client/client.ts';
import { forgetToken, tokenOf } from './token.ts';

/** What the server says of a request that it refuses: RFC 9457, with the names of fields. */
export class ApiError extends Error {
  readonly status: number;
  /** What is wrong with which field of the request, by its path such as `env.0.name`. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, message: string, fields: ReadonlyMap<string, string> = new Map()) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

/** A request that the server did not answer: it is away, or the network is. */
export class NoAnswer extends Error {}

/** `fetch` with the token of this browser. @throws NoAnswer */
async function fetchWithToken(request: Request): Promise<Response> {
  const token = tokenOf();
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
  try {
    const response = await fetch(request);
    if (response.status === 401) forgetToken();
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new NoAnswer('The server does not answer.', { cause: error });
  }
}

export const api = createFlotillaClient(location.origin, fetchWithToken);

/** What openapi-fetch answers with. */
interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer of a call, or its refusal as an error. @throws ApiError, NoAnswer */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (error !== undefined || !response.ok) throw errorOf(response.status, error);
  return data as T;
}

/** What is no JSON. @param path under the origin, with its query. @throws ApiError, NoAnswer */
export async function read(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetchWithToken(new Request(new URL(path, location.origin), init));
  if (response.ok) return response;
  throw errorOf(response.status, await response.json().catch(() => null));
}

/** Whether the server refuses a request, and would refuse it again. */
export function isRefused(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status < 500 && error.status !== 429;
}

/** @param body problem details, where the server sent them */
function errorOf(status: number, body: unknown): ApiError {
  const problem =
    typeof body === 'object' && body !== null ? (body as Partial<Schemas['Problem']>) : {};
  const text = problem.detail ?? problem.title ?? `The server answered with ${status}.`;
  const fields = new Map((problem.errors ?? []).map(({ field, detail }) => [field, detail]));
  return new ApiError(status, text, fields);
}
