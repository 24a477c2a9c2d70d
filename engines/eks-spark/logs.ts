import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRun } from '@aws-sdk/client-emr-containers';
import { notFound } from '../../domain/errors.ts';
import { patiently } from '../patiently.ts';
import type { TailChunk } from '../engine.ts';
import { asked } from './errors.ts';
import { driverFiles, LogFiles, type LogFile } from './log-files.ts';
import { formatPosition, freshBytes, parsePosition } from './log-position.ts';
import { parseExternalId } from './names.ts';
import { judge } from './outcome.ts';
import type { Cluster } from './view.ts';

/** Pauses between two looks for more, longer while there is none. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const SETTLING_PAUSE_MS = 500;
/** A file is fetched whole each time it has grown: as long as this for each megabyte at least. */
const PAUSE_MS_PER_MB = 500;
const MB = 1e6;

interface Following {
  cluster: Cluster;
  files: LogFiles;
  virtualCluster: string;
  id: string;
  options: { follow: boolean; signal: AbortSignal };
  /** Versions of the files that were read, by key. */
  seen: Map<string, string>;
  /** Bytes of each that were told. */
  told: Map<string, number>;
}

/**
 * A job's log as it grows; see Engine.tail. It is what its driver writes to stderr and stdout, line by line
 * in the order in which it is seen. EMR puts longer and longer copies of each file into S3, and the last one
 * some time after the job's end.
 */
export async function* tailLog(
  cluster: Cluster,
  externalId: string,
  cursor: string | null,
  options: { follow: boolean; signal: AbortSignal },
): AsyncGenerator<TailChunk> {
  const { virtualCluster, id } = parseExternalId(externalId, cluster.settings.virtualCluster);
  const files = new LogFiles(cluster.region.s3, cluster.settings.logs);
  const told = parsePosition(cursor);
  const of: Following = { cluster, files, virtualCluster, id, options, seen: new Map(), told };
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    options.signal.throwIfAborted();
    // First: what is in S3 by then is whole if the job was over long enough.
    const jobRun = await jobRunOf(of);
    const over = jobRun === null || judge(jobRun).phase === 'STOPPED';
    const whole = over && settledMs(of, jobRun) <= 0;
    let bytes = 0;
    for await (const chunk of news(of, whole)) {
      bytes += chunk.bytes.length;
      yield chunk;
    }
    if (whole) return finish(of, jobRun);
    if (!over && !options.follow) return;
    pause = bytes > 0 ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS);
    const heavy = (total(of.told) / MB) * PAUSE_MS_PER_MB;
    const wait = over ? SETTLING_PAUSE_MS : Math.max(pause, Math.min(heavy, 60_000));
    await sleep(wait, undefined, { signal: options.signal });
  }
}

function jobRunOf({ cluster, virtualCluster, id, options }: Following): Promise<JobRun | null> {
  const look = (): Promise<JobRun | null> =>
    asked(`cannot look at job run ${id}`, () => cluster.jobRuns.get(id, virtualCluster));
  return patiently(look, options.follow, options.signal);
}

/** Milliseconds until nothing more of the log will come. */
function settledMs({ cluster }: Following, jobRun: JobRun | null): number {
  const finished = jobRun?.finishedAt?.getTime();
  if (finished === undefined) return 0;
  const now = Date.now();
  return Math.min(finished, now) + cluster.settings.logSettleSeconds * 1000 - now;
}

/** What is new in the driver's files; with `whole` also a last line without its end. */
async function* news(of: Following, whole: boolean): AsyncGenerator<TailChunk> {
  const { files, virtualCluster, id, options, seen, told } = of;
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    patiently(
      () => asked(`cannot read the log of job run ${id}`, call),
      options.follow,
      options.signal,
    );
  const listed = await ask(() => files.list(virtualCluster, id));
  for (const { key, version } of driverFiles(listed) satisfies LogFile[]) {
    if (seen.get(key) === version && !whole) continue;
    const content = await ask(() => files.read(key, options.signal));
    if (content === null) continue;
    seen.set(key, version);
    const before = told.get(key) ?? 0;
    const bytes = freshBytes(content, before, whole);
    if (bytes.length === 0) continue;
    told.set(key, before + bytes.length);
    yield { bytes, cursor: formatPosition(told) };
  }
}

function total(told: ReadonlyMap<string, number>): number {
  return [...told.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** @throws FlotillaError `not_found` where there is no log at all */
function finish({ told, virtualCluster, id }: Following, jobRun: JobRun | null): void {
  const ran = jobRun?.state === 'COMPLETED' || jobRun?.state === 'FAILED';
  if (told.size === 0 && ran) throw notFound(`S3 has no log of job run ${virtualCluster}/${id}`);
}
