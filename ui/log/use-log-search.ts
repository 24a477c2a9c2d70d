import { useEffect, useState } from 'react';
import { read } from '../api/client.ts';
import { logPath } from './log-path.ts';

const LIMIT = 1_000;
/** After the last key. */
const PAUSE_MS = 300;

export interface LogSearch {
  /** What the lines below contain; empty while nothing is searched for. */
  text: string;
  /** Numbers of lines, counting from 1, in order. */
  lines: readonly number[];
  /** Whether the search is over. */
  done: boolean;
  /** Whether it ended before the log did. */
  cut: boolean;
  error: Error | null;
}

const NOTHING: LogSearch = { text: '', lines: [], done: true, cut: false, error: null };

/** Searches a log for a text on the server, a moment after the last key. */
export function useLogSearch(runId: string, attempt: number | null, text: string): LogSearch {
  const [search, setSearch] = useState(NOTHING);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      if (text === '') setSearch(NOTHING);
      else void searchLog(runId, attempt, text, setSearch, stop.signal);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [runId, attempt, text]);
  return search;
}

async function searchLog(
  runId: string,
  attempt: number | null,
  text: string,
  tell: (search: LogSearch) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ ...NOTHING, text, done: false });
  try {
    const answers = await answersOf(runId, attempt, text, signal);
    const lines = answers.flatMap((answer) => ('line' in answer ? [answer.line] : []));
    const end = answers.find((answer) => 'done' in answer);
    tell({ ...NOTHING, text, lines, cut: end?.cut != null });
  } catch (error) {
    if (signal.aborted) return;
    tell({ ...NOTHING, text, error: error instanceof Error ? error : new Error(String(error)) });
  }
}

type Answer = { line: number } | { done: true; cut: string | null };

async function answersOf(
  runId: string,
  attempt: number | null,
  text: string,
  signal: AbortSignal,
): Promise<Answer[]> {
  const query = { q: text, limit: String(LIMIT) };
  const response = await read(logPath(runId, attempt, query, '/search'), { signal });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Answer);
}
