import type { RunRow } from '../db/runs.ts';
import { AttemptLog } from '../logs/attempt-log.ts';
import { ShippedShelf } from '../logs/shipped-shelf.ts';
import type { ShippedLogs } from '../logs/shipped.ts';
import type { SparkLogs } from '../logs/spark-logs.ts';
import type { Services } from './context.ts';

/** Which container of a Spark job, and which of its outputs; words that EMR's names have. */
export interface SparkFile {
  /** `driver`, or a word in the name of an executor, such as `exec-1`. */
  role: string;
  /** `stderr` or `stdout`. */
  facility: string;
}

/** What a driver writes: Spark's own words, then the program's. */
export const DRIVER_FILES: readonly SparkFile[] = [
  { role: 'driver', facility: 'stderr' },
  { role: 'driver', facility: 'stdout' },
];

/**
 * What EMR keeps of a Spark job's containers, one file after the other, as a log; null where the run has no
 * job there, or nobody says where EMR keeps them.
 */
export function sparkLogOf(
  services: Pick<Services, 'sparkLogs'>,
  run: Pick<RunRow, 'runId' | 'engine' | 'status' | 'sparkExtension'>,
  files: readonly SparkFile[],
): AttemptLog | null {
  const jobRun = run.sparkExtension?.['emr_job_id'];
  const virtualCluster = run.sparkExtension?.['virtual_cluster_id'];
  if (services.sparkLogs === undefined || run.engine !== 'eks-spark') return null;
  if (!isId(jobRun) || !isId(virtualCluster)) return null;
  const over = run.status === 'STOPPED';
  const kept = filesOf(services.sparkLogs, { jobRun, virtualCluster }, files);
  const shelf = new ShippedShelf(kept, { runId: run.runId, attempt: null, pod: null }, over);
  return new AttemptLog(shelf, {
    ref: { runId: run.runId, attempt: 1 },
    externalId: null,
    live: null,
    isOver: () => Promise.resolve(over),
  });
}

/** An id becomes part of a path. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]+$/.test(value);
}

function filesOf(
  logs: SparkLogs,
  job: { jobRun: string; virtualCluster: string },
  files: readonly SparkFile[],
): ShippedLogs {
  return {
    async read() {
      const found = await Promise.all(files.map((file) => logs.read({ ...job, ...file })));
      const there = found.filter((file) => file !== null);
      return there.length === 0 ? null : inTurn(there);
    },
  };
}

async function* inTurn(files: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* file;
}
