import { newRunId } from '../../../domain/run.ts';
import type { OldFlotilla } from '../old-flotilla.ts';
import { launchAsFormer, untilOver, untilRunning, type FormerJob } from './former.ts';
import { inNamespace } from './objects.ts';
import type { TestCluster } from './test-cluster.ts';

const HOUR_MS = 3_600_000;
/** Lines of the job that goes on, one each half second. */
export const LINES = 150;
const COUNTING = `set +x; for i in $(seq ${LINES}); do echo line $i; sleep 0.5; done; exit 5`;
const LIVING = 'sleep 45';
const TAKES_200_MB = 'exec dd if=/dev/zero of=/dev/null bs=200000000 count=1';

/** Runs of flotilla-os by what is the matter with them, and a Job of the cluster for most. */
export type LeftBehind = Awaited<ReturnType<typeof leaveRuns>>;

const ago = (ms: number): Date => new Date(Date.now() - ms);

/** How often a run's command began, by what it wrote down itself. */
export function timesBegun(cluster: TestCluster, runId: string): number {
  return cluster.ledger.lines().filter((line) => line === `began ${runId}`).length;
}

/** Leaves a run in each state in which flotilla-os may leave one, as of an hour ago. */
export async function leaveRuns(cluster: TestCluster, old: OldFlotilla) {
  const begun = (runId: string): string => cluster.ledger.note(`began ${runId}`);
  const row = (values: Record<string, unknown>): Promise<string> =>
    old.createRun({
      ...{ cluster_name: cluster.context, image: cluster.images.bash, queued_at: ago(2 * HOUR_MS) },
      ...{ memory: 512, cpu: 250, command: 'true' },
      ...values,
    });
  const unlaunched = (status: string): Promise<string> => {
    const runId = newRunId('eks');
    return row({ run_id: runId, status, command: begun(runId) });
  };
  // Its row says RUNNING as soon as there is a Job.
  const launched = async (
    then: string,
    more: FormerJob = {},
    values: Record<string, unknown> = {},
  ): Promise<string> => {
    const runId = newRunId('eks');
    await launchAsFormer(cluster, `${begun(runId)}; ${then}`, { runId, ...more });
    const started = { status: 'RUNNING', started_at: ago(HOUR_MS), command: then };
    return row({ run_id: runId, ...started, ...values });
  };
  const unseen = { started_at: null };
  const runs = {
    queued: await unlaunched('QUEUED'),
    needsRetry: await unlaunched('NEEDS_RETRY'),
    launchedUnseen: await launched(LIVING, {}, { status: 'QUEUED', ...unseen }),
    pending: await launched(LIVING, {}, { status: 'PENDING', ...unseen }),
    living: await launched(COUNTING),
    toBeStopped: await launched('sleep 600'),
    unschedulable: await launched('true', { arch: 'arm64' }),
    ended: await launched('true'),
    failed: await launched('exit 3'),
    killed: await launched(TAKES_200_MB, { memory: 64 }),
    overdue: await launched('sleep 60', { deadlineSeconds: 5 }),
    endedAndSwept: await launched('true'),
    failedAndSwept: await launched('exit 3'),
    gone: await row({ run_id: newRunId('eks'), status: 'RUNNING', started_at: ago(HOUR_MS) }),
    finishedByOld: await launched('true'),
    nowhere: await row({ cluster_name: 'in no table' }),
  };
  for (const name of ['ended', 'failed', 'killed', 'overdue', 'finishedByOld'] as const) {
    await untilOver(cluster, runs[name]);
  }
  for (const name of ['endedAndSwept', 'failedAndSwept'] as const) {
    await untilOver(cluster, runs[name]);
    await inNamespace(cluster, 'delete', 'pod', `--selector=job-name=${runs[name]}`);
  }
  for (const name of ['launchedUnseen', 'pending', 'living', 'toBeStopped'] as const) {
    await untilRunning(cluster, runs[name]);
  }
  return runs;
}
