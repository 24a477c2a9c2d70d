import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Task } from '@aws-sdk/client-ecs';
import { messageOf, notFound } from '../../domain/errors.ts';
import { isNamed, isThrottling } from '../../aws/client.ts';
import type { TailChunk } from '../engine.ts';
import { toFlotillaError } from './errors.ts';
import {
  bytesOf,
  formatPosition,
  LOG_START,
  marksOf,
  parsePosition,
  type Position,
} from './log-position.ts';
import { lastPart } from './names.ts';
import { mainContainer } from './outcome.ts';
import type { LogPlace, LogSettings } from './settings.ts';
import { logPlace } from './spec.ts';
import type { Cluster } from './view.ts';

/** Pauses between two looks for more, longer while there is none. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
/** How long after a task's end CloudWatch may still come by something of its log. */
const LATE_MS = 4_000;
const LATE_LOOK_MS = 500;
/** Looks for more between two questions whether the task is over. */
const ASK_EVERY = 6;

interface Following {
  cluster: Cluster;
  externalId: string;
  place: LogPlace;
  follow: boolean;
  signal: AbortSignal;
}

/**
 * A task's log as it grows; see Engine.tail. CloudWatch counts no bytes: its events are lines, and a place
 * among them is a token, which is good for a day; an old one is replaced by reading from the head.
 */
export async function* tailLog(
  cluster: Cluster,
  externalId: string,
  cursor: string | null,
  options: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<TailChunk> {
  const place = logPlace(cluster.settings, lastPart(externalId));
  let position = parsePosition(cursor);
  if (place === null) {
    if (position.offset > 0) return;
    const bytes = Buffer.from(elsewhere(cluster.settings.log));
    yield { bytes, cursor: formatPosition({ offset: bytes.length, token: null }) };
    return;
  }
  const following = { cluster, externalId, place, ...options };
  let pause = FIRST_PAUSE_MS;
  let task = await taskOf(following);
  for (let looks = 0; ; looks += 1) {
    options.signal.throwIfAborted();
    let news = false;
    const before = Date.now();
    for await (const chunk of untilPresentEnd(following, position)) {
      news ||= chunk.bytes.length > 0;
      position = chunk.position;
      yield { bytes: chunk.bytes, cursor: formatPosition(position), marks: chunk.marks };
    }
    const late = task === null || isOver(task) ? lateFor(task, before) : null;
    if (late !== null && late <= 0) return finish(following, task, position);
    if (late === null && !options.follow) return;
    pause = news ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    const wait = late === null ? pause : Math.min(LATE_LOOK_MS, late);
    await sleep(wait, undefined, { signal: options.signal });
    if (late === null && (looks % ASK_EVERY === 0 || isHeardOver(following))) {
      task = await taskOf(following);
    }
  }
}

function elsewhere({ driver, options }: LogSettings): string {
  const where = Object.entries(options)
    .filter(([name]) => /(url|address|endpoint|host|region|group|stream|bucket)$/i.test(name))
    .map(([name, value]) => `${name} ${value}`);
  const said = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return `[flotilla] the log of this job is not here: log driver ${driver} has it${said}\n`;
}

/** Null when ECS no longer knows it. */
async function taskOf({ cluster, externalId }: Following): Promise<Task | null> {
  try {
    return (await cluster.tasks.get(externalId)) ?? cluster.region.heard.get(externalId) ?? null;
  } catch (error) {
    throw toFlotillaError(error, 'cannot look at the task of a log');
  }
}

function isOver(task: Task): boolean {
  return task.lastStatus === 'STOPPED';
}

function isHeardOver({ cluster, externalId }: Following): boolean {
  return cluster.region.heard.get(externalId)?.lastStatus === 'STOPPED';
}

/** Milliseconds for which more may come of the log of a task that is over; by our clock, no longer. */
function lateFor(task: Task | null, now: number): number {
  const at = task?.stoppedAt?.getTime();
  if (task === null || at === undefined || neverRan(task)) return 0;
  return Math.min(at, now) + LATE_MS - now;
}

/** A command that is over at once may have an exit code, and a log, without ever being seen to run. */
function neverRan(task: Task): boolean {
  return task.startedAt === undefined && mainContainer(task)?.exitCode === undefined;
}

/** @throws FlotillaError `not_found` where a job that ran has no log */
function finish({ place }: Following, task: Task | null, { token }: Position): void {
  const ran = task === null || task.startedAt !== undefined;
  if (token === null && ran) {
    throw notFound(`CloudWatch has no log ${place.stream} in group ${place.group}`);
  }
}

interface Piece {
  bytes: Buffer;
  marks: { offset: number; at: number }[];
  position: Position;
}

/** What there is behind a place; nothing where the stream is not there (yet). */
async function* untilPresentEnd(of: Following, from: Position): AsyncGenerator<Piece> {
  let position = from;
  /** Bytes that were told before, where it begins again. */
  let told = 0;
  for (;;) {
    const page = await readPage(of, position);
    if (page === 'none') return;
    if (page === 'stale') {
      [position, told] = [LOG_START, from.offset];
      continue;
    }
    const events = page.events ?? [];
    const messages = events.map(({ message }) => message ?? '');
    const bytes = bytesOf(messages, position.offset);
    const token = page.nextForwardToken ?? position.token;
    const offset = position.offset + bytes.length;
    const cut = Math.min(Math.max(told - position.offset, 0), bytes.length);
    const fresh = bytes.subarray(cut);
    const marks = marksOf(events, position.offset, cut);
    const ended = token === position.token;
    position = { offset, token };
    // A page may be empty and not the last: the end is where the token stays the same.
    if (fresh.length > 0 || (!ended && offset >= told)) yield { bytes: fresh, marks, position };
    if (ended) return;
  }
}

type Page = GetLogEventsCommandOutput | 'none' | 'stale';

async function readPage(
  { cluster, place, follow, signal }: Following,
  at: Position,
): Promise<Page> {
  const query = {
    logGroupName: place.group,
    logStreamName: place.stream,
    startFromHead: true,
    ...(at.token === null ? {} : { nextToken: at.token }),
  };
  try {
    if (follow) await cluster.region.logPace.turn(signal);
    return await cluster.region.logs.send(new GetLogEventsCommand(query), { abortSignal: signal });
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return 'none';
    if (isStale(error) && at.token !== null) return 'stale';
    if (isThrottling(error) && follow) return 'none';
    throw toFlotillaError(error, `cannot read log ${place.stream} of group ${place.group}`);
  }
}

function isStale(error: unknown): boolean {
  return isNamed(error, 'InvalidParameterException') && /token/i.test(messageOf(error));
}
