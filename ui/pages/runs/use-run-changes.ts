import { useEffect, useRef, useState } from 'react';
import { listen, type StreamEvent } from '../../api/stream.ts';
import type { RunSummary } from '../../api/run-filter.ts';
import type { Changes } from './live-list.ts';

interface Live {
  /** The query that this is about. */
  key: string;
  changes: Changes;
  /** Goes up when the list is to be read anew. */
  generation: number;
  /** True when what is read from now on misses nothing. */
  ready: boolean;
  connected: boolean;
  refused: Error | null;
}

/** Many changes are shown at once: a table cannot be drawn for each. */
const SHOW_MS = 200;
/** So many are kept; beyond, the list is read anew. */
const MOST_CHANGES = 2_000;
/** A list is not to wait for a stream that does not come. */
const PATIENCE_MS = 1_500;

const start = (key: string): Live => ({
  key,
  changes: new Map(),
  generation: 0,
  ready: false,
  connected: true,
  refused: null,
});

/** What changes among the runs of a query, since its list is to be read. @param key as queryOf gives it */
export function useRunChanges(key: string): Live {
  const [live, setLive] = useState(() => start(key));
  const waiting = useRef(new Map<string, RunSummary | null>());
  useEffect(() => {
    const ended = new AbortController();
    const set = (change: Partial<Live>): void =>
      setLive((before) => ({ ...(before.key === key ? before : start(key)), ...change }));
    const pending = waiting.current;
    pending.clear();
    set({});
    const timers = [
      setTimeout(() => set({ ready: true }), PATIENCE_MS),
      setInterval(() => {
        if (pending.size === 0) return;
        const told = new Map(pending);
        pending.clear();
        setLive((before) => withTold(before, told));
      }, SHOW_MS),
    ];
    const onEvent = ({ type, data }: StreamEvent): void => {
      if (type === 'run') pending.set((data as RunSummary).run_id, data as RunSummary);
      else if (type === 'gone') pending.set((data as { run_id: string }).run_id, null);
      else if (type === 'reset') {
        pending.clear();
        setLive(anew);
      }
    };
    void listen(
      `/api/v8/runs/stream?${key}`,
      {
        onEvent,
        onConnected: (connected) => set(connected ? { connected, ready: true } : { connected }),
        onRefused: (refused) => set({ refused, connected: false, ready: true }),
      },
      ended.signal,
    );
    return () => {
      ended.abort();
      for (const timer of timers) clearInterval(timer);
    };
  }, [key]);
  return live.key === key ? live : start(key);
}

function withTold(before: Live, told: Changes): Live {
  const changes = new Map([...before.changes, ...told]);
  return changes.size > MOST_CHANGES ? anew(before) : { ...before, changes };
}

function anew(before: Live): Live {
  return { ...before, changes: new Map(), generation: before.generation + 1 };
}
