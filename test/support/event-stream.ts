import { eventually } from './eventually.ts';

export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
  id: string;
}

/** A reader of server-sent events, as a browser is one, apart from reconnecting by itself. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  readonly comments: string[] = [];
  lastEventId = '';
  /** Null while the stream is open. */
  ended: 'by the server' | 'with an error' | null = null;
  readonly #aborting = new AbortController();
  #text = '';

  /** @param resume Last-Event-ID */
  static async open(url: string, resume?: string): Promise<EventStream> {
    const stream = new EventStream();
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...(resume ? { 'last-event-id': resume } : {}) },
      signal: stream.#aborting.signal,
    });
    const type = response.headers.get('content-type');
    if (response.status !== 200 || type !== 'text/event-stream' || response.body === null) {
      throw new Error(`${response.status} ${type} ${await response.text()}`);
    }
    if (resume !== undefined) stream.lastEventId = resume;
    void stream.#read(response.body);
    await eventually('the stream has begun', () => stream.comments.length > 0);
    return stream;
  }

  /** Waits for an event that fits. */
  next(what: string, fits: (event: StreamEvent) => boolean, withinMs?: number) {
    return eventually(what, () => this.events.find(fits), withinMs);
  }

  of(event: string): Record<string, unknown>[] {
    return this.events.filter((one) => one.event === event).map(({ data }) => data);
  }

  close(): void {
    this.#aborting.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const bytes of body) {
        this.#text += decoder.decode(bytes, { stream: true });
        const blocks = this.#text.split('\n\n');
        this.#text = blocks.pop() ?? '';
        blocks.forEach((block) => this.#take(block));
      }
      this.ended = 'by the server';
    } catch {
      this.ended = 'with an error';
    }
  }

  #take(block: string): void {
    let event = 'message';
    let data: string | null = null;
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === '') this.comments.push(value);
      else if (field === 'id') this.lastEventId = value;
      else if (field === 'event') event = value;
      else if (field === 'data') data = value;
    }
    if (data === null) return;
    const parsed = JSON.parse(data) as Record<string, unknown>;
    this.events.push({ event, data: parsed, id: this.lastEventId });
  }
}
