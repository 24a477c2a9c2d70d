import { useEffect, useReducer } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { listen, type StreamEvent } from '../../api/stream.ts';

/** All that is told of a run, as it is now. */
export interface LiveRun {
  /** Null until the server has answered. */
  run: Schemas['Run'] | null;
  /** In their order. */
  transitions: Schemas['Transition'][];
  /** In their order. */
  attempts: Schemas['Attempt'][];
  /** The latest first. */
  events: Schemas['Event'][];
  /** True when nothing more will happen. */
  over: boolean;
  /** False while the connection for changes is lost. */
  connected: boolean;
  /** Why there is no such connection, and will be none. */
  refused: Error | null;
}

type News =
  StreamEvent | { type: 'connected'; connected: boolean } | { type: 'refused'; error: Error };

const NOTHING: LiveRun = {
  run: null,
  transitions: [],
  attempts: [],
  events: [],
  over: false,
  connected: true,
  refused: null,
};

/** A run with its history, as it happens. Another run needs another component: give it a key. */
export function useLiveRun(runId: string): LiveRun {
  const [live, tell] = useReducer(withNews, NOTHING);
  useEffect(() => {
    const ended = new AbortController();
    void listen(
      `/api/v8/runs/${encodeURIComponent(runId)}/stream`,
      {
        // The log has a reader of its own.
        onEvent: (event) => (event.type === 'log' ? undefined : tell(event)),
        onConnected: (connected) => tell({ type: 'connected', connected }),
        onRefused: (error) => tell({ type: 'refused', error }),
      },
      ended.signal,
    );
    return () => ended.abort();
  }, [runId]);
  return live;
}

function withNews(live: LiveRun, news: News): LiveRun {
  if ('connected' in news) return { ...live, connected: news.connected };
  if ('error' in news) return { ...live, refused: news.error };
  const { data } = news;
  switch (news.type) {
    case 'run':
      return { ...live, run: data as LiveRun['run'] };
    case 'transition':
      return {
        ...live,
        transitions: put(live.transitions, data as Schemas['Transition'], (one) => one.position),
      };
    case 'attempt': {
      const attempts = put(live.attempts, data as Schemas['Attempt'], (one) => one.attempt);
      return { ...live, attempts: attempts.toSorted((a, b) => a.attempt - b.attempt) };
    }
    case 'event': {
      const events = put(live.events, data as Schemas['Event'], (one) => one.uid);
      return { ...live, events: events.toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1)) };
    }
    case 'end':
      return { ...live, over: true };
    default:
      return live;
  }
}

/** In its place where it is known, else last: a stream that is resumed repeats some. */
function put<T>(list: T[], item: T, keyOf: (one: T) => string | number): T[] {
  const place = list.findIndex((one) => keyOf(one) === keyOf(item));
  return place < 0 ? [...list, item] : list.with(place, item);
}
