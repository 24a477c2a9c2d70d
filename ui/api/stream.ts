import { isRefused, read } from './client.ts';

/** A server-sent event: `data` is its JSON, parsed. */
export interface StreamEvent {
  type: string;
  id: string | null;
  data: unknown;
}

export interface StreamHandlers {
  onEvent: (event: StreamEvent) => void;
  /** `false` while the connection is lost; it is taken up again by itself. */
  onConnected: (connected: boolean) => void;
  /** The server refuses the stream: it is not tried again. */
  onRefused: (error: Error) => void;
}

const FIRST_WAIT_MS = 500;
const MOST_WAIT_MS = 10_000;
/** What has an id but no data: it only says from where to resume. */
const BEAT = 'beat';
/** The server sends a comment at least every 15 s. */
const SILENCE_MS = 40_000;

/**
 * Listens to a stream until `signal`, across lost connections: by the id of the last event the server
 * knows what was missed. Not EventSource, which can send no token.
 * @param path under the origin, with its query
 */
export async function listen(
  path: string,
  handlers: StreamHandlers,
  signal: AbortSignal,
): Promise<void> {
  let lastId: string | null = null;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const abort = (): void => attempt.abort();
    signal.addEventListener('abort', abort);
    try {
      const headers = new Headers({ accept: 'text/event-stream' });
      if (lastId !== null) headers.set('last-event-id', lastId);
      const { body } = await read(path, { headers, signal: attempt.signal });
      if (body === null) throw new Error('a stream without a body');
      handlers.onConnected(true);
      wait = FIRST_WAIT_MS;
      for await (const event of eventsOf(body, abort)) {
        lastId = event.id ?? lastId;
        if (event.type !== BEAT) handlers.onEvent(event);
        if (event.type === 'end') return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isRefused(error)) {
        handlers.onRefused(error);
        return;
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
    handlers.onConnected(false);
    await pause(wait * (0.5 + Math.random()), signal);
    wait = Math.min(wait * 2, MOST_WAIT_MS);
  }
}

/** @param onSilence when nothing came for so long that the connection must be dead */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  onSilence: () => void,
): AsyncGenerator<StreamEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .getReader();
  let text = '';
  try {
    for (;;) {
      const timer = setTimeout(onSilence, SILENCE_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) return;
      text += value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parse(text.slice(0, end));
        text = text.slice(end + 2);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** One block of a stream; null for a comment without an id. */
function parse(block: string): StreamEvent | null {
  const event: StreamEvent = { type: 'message', id: null, data: null };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event.type = value;
    else if (name === 'id') event.id = value;
    else if (name === 'data') data.push(value);
  }
  if (data.length === 0) return event.id === null ? null : { ...event, type: BEAT };
  event.data = JSON.parse(data.join('\n')) as unknown;
  return event;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
