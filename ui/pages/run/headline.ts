import type { Schemas } from '../../../client/client.ts';
import { durationText, sinceText } from '../../parts/time-text.ts';

type Run = Schemas['Run'];
type Transition = Schemas['Transition'];
type Event = Schemas['Event'];

/** What is known of a run, as far as one line may say it. */
export interface Facts {
  run: Run;
  /** In their order. */
  transitions: readonly Transition[];
  events: readonly Event[];
  /** Milliseconds since 1970. */
  now: number;
}

/** One line: what is happening and why. `tone` is for its colour. */
export interface Headline {
  text: string;
  tone: 'calm' | 'good' | 'bad' | 'warning';
}

/** How much time a run has left before that is worth a word. */
const WORTH_SAYING_MS = 3_600_000;

/** What is happening to a run and why, for people (pure). */
export function headlineOf(facts: Facts): Headline {
  const { run } = facts;
  if (run.status === 'STOPPED') return ended(run);
  if (run.stop_requested_at !== null) return stopping(facts, run.stop_requested_at);
  switch (run.status) {
    case 'QUEUED':
      return said('calm', `Queued ${sinceOf(facts)}`, whyOf(facts) ?? whyQueued(facts));
    case 'PENDING': {
      const trouble = whyOf(facts) ?? warningOf(facts);
      const why =
        trouble ?? `${run.cluster ?? 'the cluster'} has the job, its command has not begun`;
      return said(trouble === null ? 'calm' : 'warning', `Pending ${sinceOf(facts)}`, why);
    }
    case 'RUNNING':
      return said('calm', `Running ${sinceOf(facts)}${attemptOf(run)}`, whyRunning(facts));
    case 'NEEDS_RETRY':
      return said('warning', `Needs retry ${sinceOf(facts)}`, whyRetry(facts));
    case null:
      return { text: 'The status of this run is not known', tone: 'warning' };
  }
}

function said(tone: Headline['tone'], what: string, why: string | null): Headline {
  return { tone, text: why === null ? what : `${what}: ${why}` };
}

function ended(run: Run): Headline {
  const took =
    run.started_at === null || run.finished_at === null
      ? ''
      : ` after ${durationText(Date.parse(run.finished_at) - Date.parse(run.started_at))}`;
  const rest = `${took}${attemptOf(run)}`;
  const reason = run.exit_reason === '' ? null : run.exit_reason;
  if (run.exit_code === 0) return said('good', `Succeeded${rest}`, reason);
  if (run.stop_requested_at !== null) {
    const by = run.stop_requested_by === null ? '' : ` by ${run.stop_requested_by}`;
    return said('bad', `Stopped${by}${rest}`, reason);
  }
  if (run.exit_code === null)
    return said('bad', `Stopped${rest}`, reason ?? 'its outcome is not known');
  return said('bad', `Failed with exit code ${run.exit_code}${rest}`, reason);
}

function stopping(facts: Facts, askedAt: string): Headline {
  const { run, now } = facts;
  const by = run.stop_requested_by === null ? '' : ` by ${run.stop_requested_by}`;
  const asked = sinceText(now - Date.parse(askedAt));
  const latest = facts.transitions.at(-1);
  // What was said before the wish is about something else.
  const why = latest !== undefined && latest.at >= askedAt ? latest.reason : null;
  const sent = termSent(facts, askedAt);
  return said('warning', `Stopping, asked ${asked}${by}${sent === null ? '' : `, ${sent}`}`, why);
}

/** What Flotilla notes when it has asked an engine to end an attempt (domain/end-asked.ts). */
const KILL_AFTER = /KILL follows after ([\d.]+) s/;

/** How far the end of the job has come; null before the engine was asked for it. */
function termSent({ events, now }: Facts, askedAt: string): string | null {
  const event = events.findLast(
    ({ reason, source, at }) =>
      reason === 'EndAsked' && source === 'flotilla' && (at ?? '') >= askedAt,
  );
  if (event?.at === undefined || event.at === null) return null;
  const sentAt = Date.parse(event.at);
  const sent = `TERM sent ${Math.max(0, Math.floor((now - sentAt) / 1_000))} s ago`;
  const grace = Number(KILL_AFTER.exec(event.message)?.[1]);
  if (Number.isNaN(grace)) return sent;
  const left = Math.ceil((sentAt + grace * 1_000 - now) / 1_000);
  return left > 0 ? `${sent}, KILL in ${left} s` : `${sent}, KILL was due ${-left} s ago`;
}

/** How long it has been in its status, whatever reasons were given on the way. */
function sinceOf({ run, transitions, now }: Facts): string {
  let since = run.queued_at;
  for (const [place, { status, at }] of transitions.entries()) {
    if (status === run.status && transitions[place - 1]?.status !== status) since = at;
  }
  return since === null ? '' : durationText(Math.max(0, now - Date.parse(since)));
}

/** The latest reason that was given for the status that it has. */
function whyOf({ run, transitions }: Facts): string | null {
  const latest = transitions.at(-1);
  if (latest === undefined || latest.status !== run.status) return null;
  return latest.reason === null || latest.reason === '' || /^attempt \d+$/.test(latest.reason)
    ? null
    : latest.reason;
}

function whyQueued({ run, transitions }: Facts): string | null {
  const failed = transitions.findLast(({ status }) => status === 'NEEDS_RETRY');
  if (failed !== undefined)
    return `attempt ${failed.attempt + 1} is to begin, after ${failed.reason ?? 'a failure of the host'}`;
  return run.cluster === null ? null : `it is to be launched on ${run.cluster}`;
}

/** What the cluster last warned of since the job is there, and how often. */
function warningOf({ events, transitions }: Facts): string | null {
  const since = transitions.findLast(({ status }) => status === 'PENDING')?.at ?? '';
  const latest = events
    .filter(
      ({ type, at, source }) => type === 'Warning' && source !== 'flotilla' && (at ?? '') >= since,
    )
    .toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))
    .at(-1);
  if (latest === undefined) return null;
  const text = latest.message === '' ? latest.reason : latest.message;
  return latest.count > 1 ? `${text} (${ordinal(latest.count)} time)` : text;
}

function whyRunning(facts: Facts): string | null {
  const { run, now } = facts;
  const why = whyOf(facts);
  if (why !== null) return why;
  const limit = run.active_deadline_seconds;
  if (run.started_at === null || limit === null || limit <= 0) return null;
  const left = Date.parse(run.started_at) + limit * 1_000 - now;
  if (left > WORTH_SAYING_MS) return null;
  return left < 0 ? 'its time is over' : `it may run for another ${durationText(left)}`;
}

function whyRetry(facts: Facts): string {
  const { run, transitions } = facts;
  const next = (transitions.at(-1)?.attempt ?? run.attempt_count ?? 1) + 1;
  const why = whyOf(facts) ?? run.exit_reason;
  return why === null ? `attempt ${next} follows` : `${why}; attempt ${next} follows`;
}

function attemptOf(run: Run): string {
  const attempt = run.attempt_count ?? 1;
  return attempt > 1 ? `, ${ordinal(attempt)} attempt` : '';
}

/** `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st` … */
export function ordinal(number: number): string {
  const tens = number % 100;
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}
