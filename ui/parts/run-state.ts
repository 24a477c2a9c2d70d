import type { Schemas } from '../../client/client.ts';

export type Status = NonNullable<Schemas['RunSummary']['status']>;

/** What a run's status is called and how it looks, in one place. */
export interface RunState {
  word: string;
  color: string;
  /** One character for the title of a browser's tab. */
  mark: string;
  /** Whether it can still be stopped. */
  isOpen: boolean;
}

const OPEN: Record<Exclude<Status, 'STOPPED'>, RunState> = {
  QUEUED: { word: 'Queued', color: 'gray', mark: '…', isOpen: true },
  PENDING: { word: 'Pending', color: 'yellow', mark: '◔', isOpen: true },
  RUNNING: { word: 'Running', color: 'blue', mark: '▶', isOpen: true },
  NEEDS_RETRY: { word: 'Needs retry', color: 'orange', mark: '↻', isOpen: true },
};

/** @param run a run or its summary; STOPPED tells success and failure apart by the exit code */
export function stateOf(run: Pick<Schemas['RunSummary'], 'status' | 'exit_code'>): RunState {
  const { status, exit_code: code } = run;
  if (status === null) return { word: 'Unknown', color: 'gray', mark: '?', isOpen: false };
  if (status !== 'STOPPED') return OPEN[status];
  if (code === 0) return { word: 'Succeeded', color: 'green', mark: '✓', isOpen: false };
  const word = code === null ? 'Stopped' : `Failed (${code})`;
  return { word, color: 'red', mark: '✗', isOpen: false };
}
