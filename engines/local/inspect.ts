import { linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import type { Found, Job } from '../engine.ts';
import { canSignal, isAlive, type ProcessIdentity } from '../../os/process.ts';
import { parseHost, type Host } from './host.ts';
import {
  fencedOutcome,
  hostLostOutcome,
  neverStartedOutcome,
  outcomeOf,
  parseExit,
  parseRecord,
  parseSeconds,
  type ExitRecord,
} from './outcome.ts';
import { externalIdOf, type AttemptFiles, type Layout } from './paths.ts';
import type { ProcessFinder } from './processes.ts';

/** A supervisor that has not said who it is within this time is taken for gone, and barred. */
const IDENTIFY_WITHIN_MS = 10_000;
/** What the start gate holds when it was shut against the supervisor: by an end, or for good. */
const GATE = { ended: 'ended\n', abandoned: 'abandoned\n' } as const;

export interface Inspector {
  layout: Layout;
  host: Host;
  finder: ProcessFinder;
}

/** A supervisor as it identified itself. */
export interface Supervisor extends ProcessIdentity {
  host: Host;
}

/** The text of a file, or null when there is none. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

export function readExit(files: AttemptFiles): ExitRecord | null {
  const text = readIfThere(files.exit);
  return text === null ? null : parseExit(text);
}

export function readSupervisor(files: AttemptFiles): Supervisor | null {
  const record = parseRecord(readIfThere(files.supervisor) ?? '');
  if (record === null) return null;
  return {
    pid: Number(record.get('pid')),
    ticks: record.get('ticks') ?? '',
    host: parseHost(record.get('host') ?? ''),
  };
}

/** When the job's command began, or null before that. */
export function readStarted(files: AttemptFiles): Date | null {
  return parseSeconds(parseRecord(readIfThere(files.job) ?? '')?.get('started'));
}

/**
 * Shuts the gate that a supervisor must pass before it starts the command.
 * @returns true when the command never began and now never will
 */
export function shutGate(files: AttemptFiles, why: keyof typeof GATE): boolean {
  const mine = join(files.dir, `gate-${randomUUID()}`);
  writeFileSync(mine, GATE[why]);
  try {
    linkSync(mine, files.start);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return gateOutcome(files) !== null;
  } finally {
    unlinkSync(mine);
  }
}

/** The outcome that a shut gate stands for, or null while it is open or the command began. */
function gateOutcome(files: AttemptFiles): Outcome | null {
  const gate = readIfThere(files.start);
  if (gate === GATE.ended) return fencedOutcome();
  return gate === GATE.abandoned ? neverStartedOutcome() : null;
}

/** What is known of an attempt, by its files and the processes of this host. */
export async function inspect(context: Inspector, ref: JobRef): Promise<Found> {
  const files = context.layout.files(ref);
  const stopped = (outcome: Outcome): Found => ({
    kind: 'found',
    job: jobOf(ref, { phase: 'STOPPED', startedAt: outcome.startedAt, outcome }),
  });
  const exit = readExit(files);
  if (exit !== null) return stopped(outcomeOf(exit));
  const claimedAt = mtimeOf(files.claim);
  if (claimedAt === null) return { kind: 'absent' };
  if (readIfThere(files.fenced) !== null) return stopped(fencedOutcome());
  const barred = gateOutcome(files);
  if (barred !== null) return stopped(barred);
  const supervisor = readSupervisor(files);
  if (supervisor === null) {
    if (Date.now() - claimedAt < IDENTIFY_WITHIN_MS) return found(ref, 'PENDING', null);
    return shutGate(files, 'abandoned')
      ? stopped(neverStartedOutcome())
      : { kind: 'unknown', reason: 'claimed by a supervisor that never said who it is' };
  }
  return inspectSupervised(context, ref, files, supervisor);
}

async function inspectSupervised(
  context: Inspector,
  ref: JobRef,
  files: AttemptFiles,
  supervisor: Supervisor,
): Promise<Found> {
  const { host } = context;
  const startedAt = readStarted(files);
  if (supervisor.host.machine !== host.machine) {
    return { kind: 'unknown', reason: 'it was launched on another machine' };
  }
  if (supervisor.host.boot !== host.boot) {
    const outcome = hostLostOutcome(supervisor.host.boot, host.boot, startedAt);
    return { kind: 'found', job: jobOf(ref, { phase: 'STOPPED', startedAt, outcome }) };
  }
  if (supervisor.host.pidNamespace !== host.pidNamespace) {
    return { kind: 'unknown', reason: 'it was launched in another pid namespace' };
  }
  if (isAlive(supervisor)) return found(ref, startedAt === null ? 'PENDING' : 'RUNNING', startedAt);
  return afterSupervisor(context, ref, files, startedAt);
}

/** The supervisor is gone without a record. Its silence is not the job's death. */
async function afterSupervisor(
  context: Inspector,
  ref: JobRef,
  files: AttemptFiles,
  startedAt: Date | null,
): Promise<Found> {
  const left = await context.finder.of(ref);
  if (left.length > 0 || groupAlive(files)) return found(ref, 'RUNNING', startedAt);
  // It may have written its record between our look at the file and our look at the process.
  const exit = readExit(files);
  const outcome =
    exit !== null
      ? outcomeOf(exit)
      : shutGate(files, 'abandoned')
        ? neverStartedOutcome()
        : { ...unknownOutcome('the supervisor of the local job vanished'), startedAt };
  return {
    kind: 'found',
    job: jobOf(ref, { phase: 'STOPPED', startedAt: outcome.startedAt, outcome }),
  };
}

/** Where processes cannot be found by their environment, the job's process group must do. */
function groupAlive(files: AttemptFiles): boolean {
  if (process.platform === 'linux') return false;
  const leader = readJobPid(files);
  return leader !== null && canSignal(-leader);
}

/** Process id of the job's main process, which leads its process group. */
export function readJobPid(files: AttemptFiles): number | null {
  const pid = Number(parseRecord(readIfThere(files.job) ?? '')?.get('pid'));
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

function found(ref: JobRef, phase: 'PENDING' | 'RUNNING', startedAt: Date | null): Found {
  return { kind: 'found', job: jobOf(ref, { phase, startedAt, outcome: null }) };
}

export function jobOf(ref: JobRef, state: Pick<Job, 'phase' | 'startedAt' | 'outcome'>): Job {
  const { runId, attempt } = ref;
  // What a command left in the background is ended by `end`.
  const rest = { alive: true, note: null, place: null };
  return { runId, attempt, externalId: externalIdOf(ref), ...rest, ...state };
}

function mtimeOf(path: string): number | null {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}
