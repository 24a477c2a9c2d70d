import { engineOfRunId } from '../domain/engine-name.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import type { Outcome } from '../domain/outcome.ts';
import { withOomFlags } from '../domain/spark-outcome.ts';
import type { Launch } from '../db/launch.ts';

/**
 * An outcome with what was seen of the attempt while it ran, which its engine may know no more: when it
 * began, and that containers of a Spark job were killed for memory.
 */
export function asOnRecord(outcome: Outcome, { run, attempts }: Launch, ref: JobRef): Outcome {
  const isSpark = engineOfRunId(ref.runId) === 'eks-spark';
  const judged = isSpark ? withOomFlags(outcome, run.sparkExtension) : outcome;
  const { startedAtGuessed = false, ...rest } = judged;
  if (!startedAtGuessed) return judged;
  const seen = attempts.find(({ attempt }) => attempt === ref.attempt)?.startedAt ?? null;
  return seen === null ? rest : { ...rest, startedAt: new Date(seen) };
}
