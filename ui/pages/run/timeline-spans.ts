import type { Schemas } from '../../../client/client.ts';
import type { Status } from '../../api/run-filter.ts';

type Transition = Schemas['Transition'];

/** Time in one status. Milliseconds since 1970. */
export interface Span {
  status: Exclude<Status, 'STOPPED'>;
  from: number;
  to: number;
  /** True while it goes on. */
  open: boolean;
  /** What was said on the way, in its order. */
  notes: string[];
}

/** What became of an attempt, where that is known. */
export interface Lane {
  attempt: number;
  spans: Span[];
}

export interface Timeline {
  from: number;
  to: number;
  lanes: Lane[];
}

/**
 * A run's time, by attempt and status (pure). Waiting for an attempt belongs to it.
 * @param now milliseconds since 1970, where the time of an open run ends
 */
export function timelineOf(transitions: readonly Transition[], now: number): Timeline | null {
  const [first] = transitions;
  const last = transitions.at(-1);
  if (first === undefined || last === undefined) return null;
  const to = last.status === 'STOPPED' ? Date.parse(last.at) : Math.max(now, Date.parse(last.at));
  const lanes = new Map<number, Span[]>();
  let latest: Span | null = null;
  for (const [place, { status, attempt, at, reason, evidence }] of transitions.entries()) {
    const notes = [reason, evidence].flatMap((one) => (one === null || one === '' ? [] : [one]));
    if (status === 'STOPPED') continue;
    const next = transitions[place + 1];
    const end = next === undefined ? to : Date.parse(next.at);
    const spans: Span[] = lanes.get(Math.max(1, attempt)) ?? [];
    lanes.set(Math.max(1, attempt), spans);
    if (latest !== null && latest === spans.at(-1) && latest.status === status) {
      latest.to = end;
      latest.open = next === undefined;
      latest.notes.push(...notes);
    } else {
      latest = { status, from: Date.parse(at), to: end, open: next === undefined, notes };
      spans.push(latest);
    }
  }
  const inOrder = [...lanes].map(([attempt, spans]) => ({ attempt, spans }));
  return { from: Date.parse(first.at), to, lanes: inOrder };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((one) => one * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((one) => one * MINUTE),
  ...[1, 2, 3, 6, 12].map((one) => one * HOUR),
  ...[1, 2, 5, 10, 30].map((one) => one * DAY),
];
const MOST_TICKS = 6;

/** Milliseconds after the beginning at which a scale has its marks: round, and few (pure). */
export function ticksOf(length: number): number[] {
  const step = STEPS.find((one) => length / one <= MOST_TICKS) ?? Math.ceil(length / MOST_TICKS);
  return Array.from({ length: Math.floor(length / step) }, (_, place) => (place + 1) * step);
}
