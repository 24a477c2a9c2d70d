import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '@kubernetes/client-node';
import { KubeError, type KubeApi } from './api.ts';

const PAGE = 500;
/** Below the API server's own limit of 5 to 10 minutes, and not the same for all. */
const WATCH_SECONDS = { least: 200, spread: 80 };
/** Bookmarks come about once a minute: a watch that says nothing for longer is dead. */
const SILENCE_MS = 90_000;
const AGAIN_MS = 1_000;
/** Connections that fail one after the other before the watch is given up. */
const TRIES = 4;

export type Seen<T> =
  /** Some of all there are: lists come in pages. */
  { type: 'LISTED'; items: T[] } | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T };

interface ListBody<T> {
  metadata?: { resourceVersion?: string; continue?: string };
  items: T[];
}

interface WatchLine<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T & { code?: number; message?: string; reason?: string };
}

interface Page<T> {
  items: T[];
  next: string | null;
  version: string;
}

/** The pages of a list. @throws KubeError */
async function* pages<T>(
  api: KubeApi,
  path: string,
  query: Record<string, string>,
): AsyncGenerator<Page<T>> {
  let next: string | null = null;
  do {
    const body: ListBody<T> = await api.json<ListBody<T>>('GET', path, {
      query: { ...query, limit: PAGE, ...(next === null ? {} : { continue: next }) },
    });
    const { resourceVersion = '', continue: more } = body.metadata ?? {};
    next = more || null;
    yield { items: body.items, next, version: resourceVersion };
  } while (next !== null);
}

/** Everything of a list, page after page. @throws KubeError */
export async function* listAll<T>(
  api: KubeApi,
  path: string,
  query: Record<string, string>,
): AsyncGenerator<T> {
  for await (const page of pages<T>(api, path, query)) yield* page.items;
}

/**
 * Lists, then watches from there on; lists again when the server no longer has the place (410), and
 * connects again when the connection ends, breaks or says nothing for 90 s. Ends with the signal.
 * @param patience milliseconds of silence, for tests
 * @throws KubeError when the server does not answer several times one after the other
 */
export async function* listAndWatch<T extends KubernetesObject>(
  api: KubeApi,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
  patience: { silenceMs: number } = { silenceMs: SILENCE_MS },
): AsyncGenerator<Seen<T>> {
  let version: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (version === null) {
        for await (const page of pages<T>(api, path, query)) {
          yield { type: 'LISTED', items: page.items };
          version = page.version;
        }
      }
      for await (const line of watched<T>(api, path, query, version ?? '', {
        signal,
        ...patience,
      })) {
        failures = 0;
        version = line.object.metadata?.resourceVersion ?? version;
        if (line.type !== 'BOOKMARK') yield { type: line.type, object: line.object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof KubeError && error.status === 410) {
        version = null;
        continue;
      }
      failures += 1;
      if (failures >= TRIES || (error instanceof KubeError && error.status === 403)) throw error;
      await sleep(AGAIN_MS * failures, undefined, { signal }).catch(() => undefined);
    }
  }
}

type Change<T> = WatchLine<T> & { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' };

/** One connection of a watch, until the server ends it. @throws KubeError */
async function* watched<T>(
  api: KubeApi,
  path: string,
  query: Record<string, string>,
  version: string,
  { signal, silenceMs }: { signal: AbortSignal; silenceMs: number },
): AsyncGenerator<Change<T>> {
  const seconds = WATCH_SECONDS.least + Math.floor(Math.random() * WATCH_SECONDS.spread);
  const cut = new AbortController();
  const stream = await api.stream(path, {
    query: {
      ...query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: version,
      timeoutSeconds: seconds,
    },
    signal: AbortSignal.any([signal, cut.signal]),
  });
  const silence = setTimeout(() => cut.abort(), silenceMs);
  try {
    for await (const text of linesOf(stream)) {
      silence.refresh();
      if (text === '') continue;
      const line = JSON.parse(text) as WatchLine<T>;
      if (line.type === 'ERROR') {
        const { code = 0, reason = '', message = '' } = line.object;
        throw new KubeError(code, reason, message);
      }
      yield line as Change<T>;
    }
  } finally {
    clearTimeout(silence);
    stream.destroy();
  }
}

/** The lines of a stream; unlike readline's, it fails when the stream does. */
async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let held: Buffer[] = [];
  for await (const chunk of stream) {
    if (!(chunk instanceof Buffer)) continue;
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      held.push(chunk.subarray(from, at));
      yield Buffer.concat(held).toString('utf8');
      held = [];
      from = at + 1;
    }
    if (from < chunk.length) held.push(chunk.subarray(from));
  }
}
