import { outcomeWith, type Outcome } from './outcome.ts';
import type { SparkExtension } from './spark.ts';

/** What the kernel's killer leaves as exit code. */
const OOM_CODE = 137;
/** In the words of flotilla-os. */
const DRIVER_OOM = 'Driver OOMKilled, retry with more driver memory.';
const EXECUTOR_OOM = 'Executor OOMKilled, retry with more executor memory.';

type Flags = Pick<SparkExtension, 'driver_oom' | 'executor_oom'>;

/**
 * The outcome of a Spark job of which containers were seen to be killed for memory (pure). Spark outlives
 * lost executors, so that one which succeeded, or was ended by somebody, stays what it is.
 */
export function withOomFlags(outcome: Outcome, flags: Flags | null): Outcome {
  const failed = outcome.failure !== null && outcome.failure !== 'deleted-by-hand';
  if (!failed || flags === null) return outcome;
  const executor = flags.executor_oom === true;
  if (!executor && flags.driver_oom !== true) return outcome;
  return outcomeWith({
    ...outcome,
    exitCode: OOM_CODE,
    failure: 'oom',
    reason: executor ? EXECUTOR_OOM : DRIVER_OOM,
    evidence: [`${executor ? 'an executor' : 'the driver'} exited with ${OOM_CODE}`, outcome.reason]
      .filter((text) => text !== null && text !== '')
      .join('; '),
  });
}
