import type { Context } from 'hono';
import { timeLimit } from '../domain/time-limit.ts';
import type { ApiEnv } from './env.ts';
import { streamBytes } from './stream.ts';

/** How long nothing may be sent: proxies cut connections on which nothing comes. */
export const BEAT_MS = 15_000;
const RETRY_MS = 1_000;
/** A stream ends then and is resumed, so that who may read no more is noticed. */
const LIFETIME_MS = 10 * 60_000;

const HEADERS = {
  'content-type': 'text/event-stream',
  // Of nginx, which would hold events back.
  'x-accel-buffering': 'no',
};

export interface SseEvent {
  event: string;
  data: unknown;
  /** From where a reader that has this one resumes. */
  id?: string;
}

/** Why a stream ends, and how it is ended from here. */
export interface SseEnds {
  /** Aborted when the reader has gone, or has had its time. */
  signal: AbortSignal;
  /** Cuts the connection, also while the reader takes nothing. */
  drop(): void;
}

/**
 * An answer of server-sent events. What fails before the first of them is a problem as of any route.
 * @param open begins to read; each text is written as it is
 */
export async function streamEvents(
  c: Context<ApiEnv>,
  open: (ends: SseEnds) => AsyncGenerator<string>,
): Promise<Response> {
  // There is no body that would end what is opened.
  if (c.req.method === 'HEAD') return new Response(null, { headers: HEADERS });
  const texts = open({
    signal: timeLimit(LIFETIME_MS, c.req.raw.signal),
    drop: () => void c.env.outgoing?.destroy(),
  });
  const first = await texts.next();
  return streamBytes(encoded(first, texts), HEADERS);
}

async function* encoded(
  first: IteratorResult<string, unknown>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  try {
    yield encoder.encode(`: flotilla\nretry: ${RETRY_MS}\n`);
    if (first.done === true) return;
    yield encoder.encode(first.value);
    for await (const text of rest) yield encoder.encode(text);
  } finally {
    await rest.return(undefined);
  }
}

/** An event as it is sent. Ids are ours, without line ends. */
export function eventText({ event, data, id }: SseEvent): string {
  const line = id === undefined ? '' : `id: ${id}\n`;
  return `${line}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A sign of life, which may also say from where a reader resumes. */
export function beatText(id?: string): string {
  return id === undefined ? ': beat\n\n' : `: beat\nid: ${id}\n\n`;
}

/** What a reader had last; of a browser the header, for it cannot change the URL when it resumes. */
export function lastEventId(c: Context<ApiEnv>, parameter: string | undefined): string | null {
  return (c.req.header('last-event-id') ?? parameter) || null;
}
