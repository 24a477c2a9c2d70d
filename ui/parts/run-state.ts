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

type Told = Pick<Schemas['RunSummary'], 'status' | 'exit_code'> & { exit_reason?: string | null };

/** How the server words a stop that somebody asked for, as flotilla-os did. */
const BY_HAND = /^Task terminated by\b/;

/** @param run a run or its summary; STOPPED tells success, failure and a stop by hand apart */
export function stateOf(run: Told): RunState {
  const { status, exit_code: code, exit_reason: reason } = run;
  if (status === null) return { word: 'Unknown', color: 'gray', mark: '?', isOpen: false };
  if (status !== 'STOPPED') return OPEN[status];
  if (code === 0) return { word: 'Succeeded', color: 'green', mark: '✓', isOpen: false };
  if (BY_HAND.test(reason ?? ''))
    return { word: 'Stopped', color: 'gray', mark: '■', isOpen: false };
  const word = code === null ? 'Ended' : `Failed (${code})`;
  return { word, color: 'red', mark: '✗', isOpen: false };
}
