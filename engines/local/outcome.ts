import { outcomeWith, type Outcome } from '../../domain/outcome.ts';

const BYTES_PER_MEGABYTE = 1_000_000;
const KILLED = 137;

/** What a supervisor writes when its job is over. */
export interface ExitRecord {
  code: number;
  started: Date;
  finished: Date;
  /** Kills by the memory limit of the job's control group. */
  oomKills: number;
  peakBytes: number | null;
  /** True when the control group was seen empty: nothing of the job is left. */
  contained: boolean;
}

/** `key=value` lines up to a line `end`; null when the end is missing, so that half a file is none. */
export function parseRecord(text: string): Map<string, string> | null {
  const lines = text.split('\n');
  const end = lines.indexOf('end');
  if (end < 0) return null;
  return new Map(
    lines.slice(0, end).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** Seconds since 1970 with a fraction, as a date; null for anything else. */
export function parseSeconds(text: string | undefined): Date | null {
  const seconds = Number(text);
  return text === undefined || text === '' || !Number.isFinite(seconds)
    ? null
    : new Date(seconds * 1000);
}

/** Null for a file that is not whole. */
export function parseExit(text: string): ExitRecord | null {
  const record = parseRecord(text);
  const code = Number(record?.get('code'));
  const started = parseSeconds(record?.get('started'));
  const finished = parseSeconds(record?.get('finished'));
  if (record === null || !Number.isInteger(code) || started === null || finished === null) {
    return null;
  }
  const peak = record.get('peak');
  return {
    code,
    started,
    finished,
    oomKills: Number(record.get('oom') ?? 0) || 0,
    peakBytes: peak === undefined || peak === '' ? null : Number(peak),
    contained: record.get('contained') === 'yes',
  };
}

/** The outcome that an exit record tells (pure). */
export function outcomeOf(exit: ExitRecord): Outcome {
  const oom = exit.code === KILLED && exit.oomKills > 0;
  return outcomeWith({
    exitCode: exit.code,
    reason: oom ? 'OOMKilled' : null,
    failure: exit.code === 0 ? null : oom ? 'oom' : 'app-exit',
    evidence: oom ? `the job's control group killed ${exit.oomKills} for memory` : null,
    startedAt: exit.started,
    finishedAt: exit.finished,
    maxMemoryUsed: exit.peakBytes === null ? null : Math.ceil(exit.peakBytes / BYTES_PER_MEGABYTE),
  });
}

/** The host is proven to have restarted under the job: evidence of a host-level cause. */
export function hostLostOutcome(was: string, is: string, startedAt: Date | null): Outcome {
  return outcomeWith({
    reason: 'the host restarted while the job ran',
    failure: 'host-lost',
    evidence: `boot id ${was} became ${is}`,
    startedAt,
  });
}

/** The command is proven never to have begun: its supervisor was gone and is now barred. */
export function neverStartedOutcome(): Outcome {
  return outcomeWith({
    reason: 'the supervisor was gone before it started the command',
    failure: 'host-fault',
    evidence: 'the start gate was still open and is now shut',
  });
}

/** Somebody ended the attempt before its command began. */
export function fencedOutcome(): Outcome {
  return outcomeWith({ reason: 'ended before it started' });
}
