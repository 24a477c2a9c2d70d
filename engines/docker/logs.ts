import { setTimeout as sleep } from 'node:timers/promises';
import { notFound } from '../../domain/errors.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import type { TailChunk } from '../engine.ts';
import { patiently } from '../patiently.ts';
import type { Inspected } from './daemon.ts';
import { DaemonError, toDaemonError, toFlotillaError } from './errors.ts';
import { frameBatches, type Frame } from './log-frames.ts';
import { LineTimes } from './line-times.ts';
import { LogPosition } from './log-position.ts';
import { LongLines } from './long-lines.ts';
import { parseName, refOf } from './names.ts';
import { isRunning, isStarted } from './outcome.ts';
import { containersOf, standsFor, type Cluster } from './view.ts';

const AGAIN_MS = 500;
const ANSWER_MS = 600_000;

/**
 * A job's log as it grows; see Engine.tail. A connection that breaks is made again, and the end is
 * believed only when the container was over before the last look.
 */
export async function* tailLog(
  cluster: Cluster,
  externalId: string,
  cursor: string | null,
  { follow, signal }: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<TailChunk> {
  const position = new LogPosition(cursor);
  for (;;) {
    signal.throwIfAborted();
    const container = await patiently(() => containerOf(cluster, externalId), follow, signal);
    if (container === null)
      throw notFound('the container of this job is gone, and its log with it');
    if (!isStarted(container)) {
      if (!follow || isBarred(container)) return;
      await sleep(AGAIN_MS, undefined, { signal });
      continue;
    }
    const over = !isRunning(container);
    try {
      for await (const piece of readOnce(cluster, container, position, follow && !over, signal)) {
        yield { ...piece, cursor: position.format() };
      }
      if (over || !follow) return;
    } catch (error) {
      if (!follow || !isPassing(error)) throw toFlotillaError(error, 'cannot read the log');
    }
    // The daemon ends a log before it says that its container is over.
    await sleep(AGAIN_MS / 5, undefined, { signal });
  }
}

/** @throws FlotillaError */
async function containerOf(cluster: Cluster, externalId: string): Promise<Inspected | null> {
  const ref = refOf(externalId);
  if (ref === null) return null;
  try {
    return standsFor(await containersOf(cluster, ref));
  } catch (error) {
    throw toFlotillaError(error, 'cannot look for the log');
  }
}

function isBarred({ Name: name }: Inspected): boolean {
  const { mark } = parseName(name);
  return mark === 'ended' || mark === 'fenced';
}

function isPassing(error: unknown): boolean {
  return error instanceof DaemonError && (error.status === 0 || error.status >= 500);
}

/** One connection, to its end. @throws DaemonError */
async function* readOnce(
  { daemon }: Cluster,
  { Id: id, HostConfig: { LogConfig: driver } }: Inspected,
  position: LogPosition,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<Omit<TailChunk, 'cursor'>> {
  const limit = follow ? signal : timeLimit(ANSWER_MS, signal);
  let { skip } = position;
  const times = new LineTimes(position.isStart);
  const lines = driver?.Type === 'local' ? new LongLines() : null;
  const stream = await daemon.logs(id, { since: position.since, follow, signal: limit });
  // An abort of the request does not end an answer that has begun.
  const cut = (): void => void stream.destroy();
  signal.addEventListener('abort', cut, { once: true });
  try {
    for await (const frames of frameBatches(stream)) {
      const fresh: Frame[] = [];
      for (const raw of frames) {
        const frame = lines?.whole(raw) ?? raw;
        if (skip > 0) {
          skip -= 1;
          position.skipped(frame);
          times.pass(frame);
        } else {
          position.read(frame);
          fresh.push(frame);
        }
      }
      if (fresh.length === 0) continue;
      yield { bytes: Buffer.concat(fresh.map(({ bytes }) => bytes)), marks: times.marksOf(fresh) };
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw toDaemonError(error);
  } finally {
    signal.removeEventListener('abort', cut);
    stream.destroy();
  }
}
