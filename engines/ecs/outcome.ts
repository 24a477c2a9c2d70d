import type { Container, Task } from '@aws-sdk/client-ecs';
import type { Phase } from '../../domain/lifecycle/status.ts';
import { outcomeWith, unknownOutcome, type Outcome } from '../../domain/outcome.ts';
import { disruptionOf, failureOf, isOutOfMemory } from './causes.ts';
import { CONTAINER } from './names.ts';

/** Phase of an attempt, and what there is to say of it. */
export interface Judgement {
  phase: Phase;
  startedAt: Date | null;
  outcome: Outcome | null;
  note: string | null;
}

/** What is known of the instance that a task runs on. */
export interface Host {
  /** Of EC2; null where that is not known. */
  instanceId: string | null;
  /**
   * `silent`: its agent is not connected or it is no longer registered, and EC2 does not say that it is
   * gone. `gone`: EC2 says that it is terminated.
   */
  state: 'ready' | 'silent' | 'gone';
  /** In words. */
  evidence: string;
}

/** Our words begin so in the reason of a task that we stop. */
export const STOP_PREFIX = 'flotilla: ';

const PENDING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);
/** Codes of a command that TERM or KILL ended. */
const SIGNALLED: readonly number[] = [137, 143];

/** Judges a task (pure). @param host null where there is none, or nobody looked */
export function judge(task: Task, host: Host | null = null): Judgement {
  const { lastStatus = '', startedAt = null } = task;
  if (lastStatus === 'STOPPED') return stopped(outcomeOf(task, host));
  if (host?.state === 'gone') {
    const lost = { ...timesOf(task), reason: host.evidence, evidence: host.evidence };
    return stopped(outcomeWith({ ...lost, failure: 'host-lost' }));
  }
  const note = noteOf(task, host);
  if (PENDING.has(lastStatus)) return { phase: 'PENDING', startedAt: null, outcome: null, note };
  return { phase: 'RUNNING', startedAt, outcome: null, note };
}

function stopped(outcome: Outcome): Judgement {
  return { phase: 'STOPPED', startedAt: outcome.startedAt, outcome, note: null };
}

/** Why a task is where it is, for people. */
function noteOf(task: Task, host: Host | null): string | null {
  if (host?.state === 'silent') return host.evidence;
  if (task.desiredStatus === 'STOPPED') return `ECS is stopping it: ${wordsOf(task)}`;
  return task.lastStatus === 'PROVISIONING' ? 'ECS prepares its place (PROVISIONING)' : null;
}

/** True for a task that somebody asked ECS to stop in our name. */
export function wasEndedByUs({ stoppedReason }: Task): boolean {
  return stoppedReason?.startsWith(STOP_PREFIX) === true;
}

/** Of several containers, as in a task that an operator changed, the one that runs the command. */
export function mainContainer({ containers = [] }: Task): Container | null {
  return containers.find(({ name }) => name === CONTAINER) ?? containers[0] ?? null;
}

/** All that ECS says of an end, joined as in flotilla-os. */
function wordsOf(task: Task): string {
  return [task.stopCode, task.stoppedReason, mainContainer(task)?.reason]
    .filter((text) => text !== undefined && text !== '')
    .join(' - ');
}

function outcomeOf(task: Task, host: Host | null): Outcome {
  const exitCode = mainContainer(task)?.exitCode ?? null;
  const words = wordsOf(task);
  const known =
    exitCode === null ? withoutCode(task, words, host) : withCode(task, exitCode, words);
  return outcomeWith({ ...known, ...timesOf(task) });
}

function withCode(task: Task, exitCode: number, words: string): Partial<Outcome> {
  const reason = words === '' ? null : words;
  if (exitCode === 0) return { exitCode, reason };
  const evidence = `container exited with ${exitCode}: ${words}`;
  if (isOutOfMemory(words)) return { exitCode, reason, failure: 'oom', evidence };
  const disrupted = disruptionOf(words);
  if (disrupted !== null && SIGNALLED.includes(exitCode)) {
    return { reason, failure: disrupted, evidence };
  }
  if (stoppedByHand(task) && SIGNALLED.includes(exitCode)) return byHand(evidence);
  return { exitCode, reason, failure: 'app-exit' };
}

function withoutCode(task: Task, words: string, host: Host | null): Partial<Outcome> {
  if (wasEndedByUs(task)) return { reason: words };
  if (stoppedByHand(task)) return byHand(words);
  const failure = failureOf(words);
  if (failure !== null) return { reason: words, failure, evidence: words };
  if (host?.state === 'gone') {
    return { reason: words, failure: 'host-lost', evidence: `${host.evidence}; ${words}` };
  }
  return unknownOutcome(words === '' ? 'ECS does not say how it ended' : words);
}

function stoppedByHand(task: Task): boolean {
  return task.stopCode === 'UserInitiated' && !wasEndedByUs(task);
}

function byHand(evidence: string): Partial<Outcome> {
  return { reason: 'stopped in ECS, not by Flotilla', failure: 'deleted-by-hand', evidence };
}

function timesOf(task: Task): Pick<Outcome, 'startedAt' | 'finishedAt'> {
  return {
    startedAt: task.startedAt ?? null,
    finishedAt: task.executionStoppedAt ?? task.stoppedAt ?? task.stoppingAt ?? null,
  };
}
