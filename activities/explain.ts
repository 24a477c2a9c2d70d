import { Context } from '@temporalio/activity';
import { classifyExceptions } from '../domain/exit-reason.ts';
import type { Verdict } from '../domain/lifecycle/ending.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Launch } from '../db/launch.ts';
import { engineOf, type EngineDeps } from './engine-deps.ts';

/** What engines say of every command that fails. */
const SAYS_NOTHING: readonly (string | null)[] = [null, '', 'Error'];

export interface Explained {
  verdict: Verdict;
  /** What somebody took out of the log; absent where nobody was asked, or found anything. */
  runExceptions?: string[];
}

/**
 * Gives the end of a run a reason where its engine has none: what a caller declared before, such as the
 * job of itself, else what the exceptions in its log are called. A run that is to go on needs none.
 */
export async function explain(
  deps: EngineDeps,
  ref: JobRef,
  run: Pick<Launch['run'], 'exitReason' | 'runExceptions'>,
  { verdict, outcome, signal }: { verdict: Verdict; outcome: Outcome; signal: AbortSignal },
): Promise<Explained> {
  if (verdict.kind !== 'stopped' || !outcome.exitCode) return { verdict };
  const declared = run.runExceptions ?? [];
  const extracted = declared.length > 0 ? null : await extract(deps, ref, signal);
  const named = run.exitReason ?? classifyExceptions(extracted ?? declared);
  const better =
    named !== null && outcome.failure === 'app-exit' && SAYS_NOTHING.includes(verdict.exitReason);
  return {
    verdict: better ? { ...verdict, exitReason: named } : verdict,
    ...(extracted === null ? {} : { runExceptions: extracted }),
  };
}

/** The key says whose logs the service reads: those of engine eks. */
async function extract(
  deps: EngineDeps,
  { runId }: JobRef,
  signal: AbortSignal,
): Promise<string[] | null> {
  if (deps.extractExceptions === undefined || engineOf(deps, { runId }) !== 'eks') return null;
  const answer = await deps.extractExceptions(runId, signal);
  deps.telemetry.metrics.count('exceptionsAsked', { result: answer.kind });
  if (answer.kind === 'failed') {
    const detail = { run_id: runId, error: answer.why };
    Context.current().log.warn('exceptions of a run could not be had', detail);
  }
  return answer.kind === 'found' ? answer.exceptions : null;
}
