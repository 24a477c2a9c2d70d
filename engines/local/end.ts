import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { unknownOutcome } from '../../domain/outcome.ts';
import type { EndAnswer, EndRequest, Job } from '../engine.ts';
import { canSignal, isAlive, type ProcessIdentity } from '../../os/process.ts';
import {
  inspect,
  jobOf,
  readExit,
  readJobPid,
  readSupervisor,
  shutGate,
  type Inspector,
} from './inspect.ts';
import type { AttemptFiles } from './paths.ts';
import { signalAll } from './processes.ts';

const POLL_MS = 50;
/** Consecutive scans without a live process before an attempt counts as gone. */
const CLEAN_SCANS = 2;
/** How long a supervisor may take to record the end of a job that is gone. */
const RECORD_WITHIN_MS = 3_000;

/** Ends an attempt: bars it if it has not begun, else TERM, grace, KILL until nothing is left. */
export async function endAttempt(context: Inspector, request: EndRequest): Promise<EndAnswer> {
  const { ref } = request;
  const files = context.layout.files(ref);
  const before = await inspect(context, ref);
  if (before.kind === 'unknown') return { kind: 'ending', reason: before.reason };
  if (before.kind === 'found' && before.job.phase === 'STOPPED') {
    // As in a container, what the main process left behind gets no grace.
    await clear(context, { ...request, graceSeconds: 0 }, files);
    return { kind: 'confirmed', own: !existsSync(files.asked), job: before.job };
  }
  if (bar(files)) return { kind: 'confirmed', own: false, job: null };
  // On record before the first signal: a repeat must not take our TERM for the job's own end.
  writeFileSync(files.asked, '');
  await clear(context, request, files);
  return { kind: 'confirmed', own: false, job: await recorded(context, ref, files) };
}

/** True when the attempt had not begun and now cannot. */
function bar(files: AttemptFiles): boolean {
  mkdirSync(files.dir, { recursive: true });
  try {
    mkdirSync(files.claim);
    writeFileSync(files.fenced, '');
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return shutGate(files, 'ended');
  }
}

/** TERM, then after the grace KILL, until scans find no live process of the job. */
async function clear(context: Inspector, request: EndRequest, files: AttemptFiles): Promise<void> {
  if (readExit(files)?.contained === true) return;
  const forceAt = Date.now() + request.graceSeconds * 1000;
  let clean = 0;
  let asked = false;
  while (clean < CLEAN_SCANS) {
    request.signal.throwIfAborted();
    const left = await jobProcesses(context, request.ref, files);
    clean = left.length === 0 && !groupLeft(files) ? clean + 1 : 0;
    if (clean === 0) {
      const force = Date.now() >= forceAt;
      if (force || !asked) signalGroup(files, left, force ? 'SIGKILL' : 'SIGTERM');
      asked = true;
    }
    if (clean < CLEAN_SCANS) await sleep(POLL_MS, undefined, { signal: request.signal });
  }
}

/** The job's live processes, its supervisor not among them. */
async function jobProcesses(
  context: Inspector,
  ref: JobRef,
  files: AttemptFiles,
): Promise<ProcessIdentity[]> {
  const supervisor = readSupervisor(files);
  const all = await context.finder.of(ref);
  return all.filter((one) => one.pid !== supervisor?.pid);
}

/** Only where processes cannot be found by their environment: see docs/engines/local.md. */
function groupLeft(files: AttemptFiles): boolean {
  const leader = readJobPid(files);
  return process.platform !== 'linux' && leader !== null && canSignal(-leader);
}

function signalGroup(
  files: AttemptFiles,
  targets: readonly ProcessIdentity[],
  signal: 'SIGTERM' | 'SIGKILL',
): void {
  signalAll(targets, signal);
  const leader = readJobPid(files);
  if (process.platform === 'linux' || leader === null) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone.
  }
}

/** The job as its supervisor records it; one that does not is ended, and the code stays unknown. */
async function recorded(context: Inspector, ref: JobRef, files: AttemptFiles): Promise<Job> {
  const supervisor = readSupervisor(files);
  const until = Date.now() + RECORD_WITHIN_MS;
  while (readExit(files) === null && supervisor !== null && isAlive(supervisor)) {
    if (Date.now() > until) signalAll([supervisor], 'SIGKILL');
    await sleep(POLL_MS);
  }
  const after = await inspect(context, ref);
  if (after.kind === 'found' && after.job.phase === 'STOPPED') return after.job;
  const outcome = unknownOutcome('ended without a record of its exit code');
  return jobOf(ref, { phase: 'STOPPED', startedAt: null, outcome });
}
