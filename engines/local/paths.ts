import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { invalid } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';

/** Run ids become file names; anything else than these characters is refused. */
const SAFE_RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const SAFE_CLUSTER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const EXTERNAL_ID = /^(.+)\/(\d+)$/;
const MARKER = /^(.+)\.(\d+)$/;

/** The files of one attempt. */
export interface AttemptFiles {
  dir: string;
  /** Made by whoever has the attempt: its supervisor, or one who bars it from starting. */
  claim: string;
  supervisor: string;
  fenced: string;
  job: string;
  /** Present once somebody asked the attempt to end. */
  asked: string;
  start: string;
  exit: string;
  command: string;
  log: string;
  /** When the log grew; see log-times.ts. */
  logTimes: string;
  work: string;
  /** Present until the attempt is released. */
  live: string;
  /** Appears when the attempt is over, until a watcher has told of it. */
  marker: string;
}

/** Where a local cluster keeps its attempts. */
export class Layout {
  readonly root: string;
  readonly live: string;
  readonly spool: string;
  readonly runs: string;
  /** Modified when somebody last looked at the logs. */
  readonly looked: string;

  constructor(root: string) {
    this.root = root;
    this.live = join(root, 'live');
    this.spool = join(root, 'spool');
    this.runs = join(root, 'runs');
    this.looked = join(root, 'looked');
  }

  files(ref: JobRef): AttemptFiles {
    if (!SAFE_RUN_ID.test(ref.runId)) throw invalid('run_id', `${ref.runId} is not a run id`);
    const dir = join(this.runs, shardOf(ref.runId), ref.runId, String(ref.attempt));
    const key = `${ref.runId}.${ref.attempt}`;
    return {
      dir,
      claim: join(dir, 'claim'),
      supervisor: join(dir, 'claim', 'supervisor'),
      fenced: join(dir, 'claim', 'fenced'),
      job: join(dir, 'claim', 'job'),
      asked: join(dir, 'claim', 'asked'),
      start: join(dir, 'start'),
      exit: join(dir, 'exit'),
      command: join(dir, 'command'),
      log: join(dir, 'log'),
      logTimes: join(dir, 'log.times'),
      work: join(dir, 'work'),
      live: join(this.live, key),
      marker: join(this.spool, key),
    };
  }
}

/** Where a cluster of engine local keeps its jobs; one data directory is one cluster. */
export function localClusterDir(dataDir: string, cluster: string): string {
  if (!SAFE_CLUSTER.test(cluster)) throw invalid('cluster', `${cluster} cannot name a directory`);
  return resolve(dataDir, 'local', cluster);
}

/** Two hexadecimal digits that spread runs over 256 folders. */
export function shardOf(runId: string): string {
  return createHash('md5').update(runId).digest('hex').slice(0, 2);
}

export function externalIdOf(ref: JobRef): string {
  return `${ref.runId}/${ref.attempt}`;
}

/** The attempt that an external id names. Throws `invalid` for anything else. */
export function refOf(externalId: string): JobRef {
  const ref = parse(EXTERNAL_ID, externalId);
  if (ref === null) throw invalid('external_id', `${externalId} is not a local job`);
  return ref;
}

/** The attempt that a file in `live` or `spool` stands for, or null for a stranger. */
export function refOfMarker(name: string): JobRef | null {
  return parse(MARKER, name);
}

function parse(pattern: RegExp, text: string): JobRef | null {
  const match = pattern.exec(text);
  const [runId, attempt] = [match?.[1], match?.[2]];
  return runId === undefined || attempt === undefined ? null : { runId, attempt: Number(attempt) };
}
