import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { FlotillaError, isAbort, notFound } from '../../domain/errors.ts';
import type { TailChunk } from '../engine.ts';
import { patiently } from '../patiently.ts';
import { KubeError } from './api.ts';
import { toFlotillaError } from './errors.ts';
import { podPath } from './jobs.ts';
import {
  formatPosition,
  LogLines,
  NotTheLog,
  parsePosition,
  type Position,
  type Told,
} from './log-lines.ts';
import { parseExternalId } from './names.ts';
import { dateOf, mainContainer, mainState } from './pod.ts';
import type { Cluster } from './view.ts';

const AGAIN_MS = 500;
/** A reader who comes later than this after the command's start may find the log rotated. */
const LATE_MS = 2_000;
/** After so long without news, lines that are held back are told. */
const IDLE_MS = 1_000;

export interface LogSource {
  pod: V1Pod;
  container: string;
  /** `waiting`: the container has not started. */
  state: 'waiting' | 'running' | 'over';
  startedAt: Date | null;
}

/** Where a job's log is; null when its pod is gone. @throws FlotillaError */
export async function findLog(cluster: Cluster, externalId: string): Promise<LogSource | null> {
  const { namespace, name, uid } = parseExternalId(externalId);
  const where = namespace ?? cluster.settings.namespace;
  try {
    const pod = await cluster.jobs.podOf(where, name, uid);
    const container = pod === null ? null : mainContainer(pod);
    if (pod === null || container === null) return null;
    const state = mainState(pod);
    const over =
      state?.terminated !== undefined || /Succeeded|Failed/.test(pod.status?.phase ?? '');
    const startedAt = dateOf(state?.running?.startedAt ?? state?.terminated?.startedAt);
    const running = over ? 'over' : startedAt === null ? 'waiting' : 'running';
    return { pod, container, state: running, startedAt };
  } catch (error) {
    throw toFlotillaError(error, `cannot look for the log of ${name}`);
  }
}

/**
 * A job's log as it grows; see Engine.tail. The API knows no offsets: a place is a time stamp of the
 * node and a position in that line, and whoever resumes asks for the lines of that second again.
 */
export async function* tailLog(
  cluster: Cluster,
  externalId: string,
  cursor: string | null,
  options: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<TailChunk> {
  const { follow, signal } = options;
  let position = cursor === null ? null : parsePosition(cursor);
  for (;;) {
    signal.throwIfAborted();
    const source = await patiently(() => findLog(cluster, externalId), follow, signal);
    if (source === null) throw notFound('the pod of this job is gone, and its log with it');
    if (source.state === 'waiting') {
      if (!follow) return;
      await sleep(AGAIN_MS, undefined, { signal });
      continue;
    }
    const over = source.state === 'over';
    try {
      for await (const chunk of readOnce(cluster, source, position, follow && !over, signal)) {
        position = chunk.position;
        yield { bytes: chunk.bytes, cursor: formatPosition(chunk.position), marks: chunk.marks };
      }
      if (over || !follow) return;
    } catch (error) {
      if (neverStarted(error, source)) return;
      if (!follow || !isPassing(error)) throw toFlotillaError(error, 'cannot read the log');
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof FlotillaError) return false;
  if (!(error instanceof KubeError)) return !isAbort(error);
  return error.status === 0 || error.status === 400 || error.status === 429 || error.status >= 500;
}

/** A pod that failed before its container was made has no log. */
function neverStarted(error: unknown, source: LogSource): boolean {
  const none = error instanceof KubeError && error.status === 400;
  return none && source.state === 'over' && source.startedAt === null;
}

interface Piece extends Told {
  position: Position;
}

/** One connection, to its end. @throws KubeError, FlotillaError `not_found` */
async function* readOnce(
  cluster: Cluster,
  { pod, container, startedAt }: LogSource,
  from: Position | null,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  const late = startedAt !== null && Date.now() - startedAt.getTime() > LATE_MS;
  const lines = new LogLines(from, late ? startedAt : null);
  const stream = await openLog(cluster, `${podPath(namespace, name)}/log`, {
    query: {
      container,
      timestamps: true,
      follow,
      // In whole seconds: the API has no finer.
      ...(from === null ? {} : { sinceTime: secondOf(from.stamp) }),
    },
    signal,
  });
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const piece = (told: Told): Piece | null =>
    told.bytes.length === 0 || lines.position === null
      ? null
      : { ...told, position: lines.position };
  try {
    for (let next = chunks.next(); ;) {
      const got = lines.holds && follow ? await Promise.race([next, idle()]) : await next;
      if (got !== null && got.done === true) break;
      const told = piece(got === null ? lines.settle() : takeIn(lines, got.value));
      if (told !== null) yield told;
      if (got !== null) next = chunks.next();
    }
    const rest = piece(lines.settle());
    if (rest !== null) yield rest;
  } finally {
    stream.destroy();
  }
}

/** @throws FlotillaError `not_found` when the pod is gone */
async function openLog(
  cluster: Cluster,
  path: string,
  options: Parameters<Cluster['api']['stream']>[1],
) {
  try {
    return await cluster.api.stream(path, options);
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) {
      throw notFound('the pod of this job is gone, and its log with it');
    }
    throw error;
  }
}

function takeIn(lines: LogLines, chunk: Buffer): Told {
  try {
    return lines.push(chunk);
  } catch (error) {
    if (!(error instanceof NotTheLog)) throw error;
    throw notFound(`the node has no log of this job: ${error.message}`);
  }
}

async function idle(): Promise<null> {
  await sleep(IDLE_MS);
  return null;
}

function secondOf(stamp: string): string {
  return `${new Date(Math.floor(Date.parse(stamp) / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}
