import type { JobRunState } from '@aws-sdk/client-emr-containers';
import { changesOf, type WatchPart } from '../change-queue.ts';
import type { Change, JobPage } from '../engine.ts';
import { watchByQueue, type QueueWatch } from '../queue-watch.ts';
import { toFlotillaError } from './errors.ts';
import { parseExternalId, refOfJobName } from './names.ts';
import { watchPods } from './pod-watch.ts';
import type { ChangedJobRun } from './queue-message.ts';
import { isOfMode } from './tags.ts';
import { jobOfRun, type Cluster } from './view.ts';

const LIVE: JobRunState[] = ['PENDING', 'SUBMITTED', 'RUNNING', 'CANCEL_PENDING'];
const OVER: JobRunState[] = ['COMPLETED', 'FAILED', 'CANCELLED'];
/** Job runs that are over are listed when they were made within this time: EMR keeps them for months. */
const OVER_SINCE_MS = 86_400_000;
/** By which an event is older than another. */
const RANK: Readonly<Record<string, number>> = {
  PENDING: 0,
  SUBMITTED: 1,
  RUNNING: 2,
  CANCEL_PENDING: 2,
};
const ENDED = 3;

/**
 * Our job runs on a cluster, a page at a time, first those that are to run, then those that are over. One
 * that is over and released, or older than a day, is left out: its run looks by itself. @throws errors of the
 * SDK
 */
export async function listPage(cluster: Cluster, cursor: string | null): Promise<JobPage> {
  const [kind, token = ''] = (cursor ?? 'live').split(/ (.*)/s);
  const over = kind === 'over';
  const since = over ? new Date(Date.now() - OVER_SINCE_MS) : null;
  const page = await cluster.jobRuns.page(over ? OVER : LIVE, since, token === '' ? null : token);
  const jobs = page.jobRuns.flatMap((jobRun) => jobOfRun(cluster, jobRun) ?? []);
  const { released } = cluster.region;
  const idOf = (externalId: string): string =>
    parseExternalId(externalId, cluster.settings.virtualCluster).id;
  const rest = jobs.filter(
    (job) => job.phase !== 'STOPPED' || released.get(idOf(job.externalId)) === undefined,
  );
  const after = over ? null : 'over';
  return { jobs: rest, next: page.next === null ? after : `${kind} ${page.next}` };
}

/**
 * What happens to our job runs on a cluster, and to their pods where those can be seen.
 * @throws FlotillaError `unavailable` when EMR or the queue does not answer
 */
export function watchCluster(cluster: Cluster, signal: AbortSignal): AsyncIterable<Change> {
  if (cluster.pods === null) return watchJobRuns(cluster, signal);
  const jobRuns: WatchPart<Cluster> = async (_, queue, end) => {
    for await (const change of watchJobRuns(cluster, end)) queue.put(change);
  };
  return changesOf(cluster, [jobRuns, watchPods], signal);
}

async function* watchJobRuns(cluster: Cluster, signal: AbortSignal): AsyncGenerator<Change> {
  const ranks = new Map<string, number>();
  const watch: QueueWatch<ChangedJobRun> = {
    consumer: cluster.consumer,
    wants: ({ jobRun }) =>
      jobRun.virtualClusterId === cluster.settings.virtualCluster &&
      refOfJobName(jobRun.name) !== null,
    page: (cursor) => listPage(cluster, cursor),
    async newsOf({ jobRun, at }) {
      if (!(await isOurs(cluster, jobRun))) return 'other';
      if (jobRun.state === 'RUNNING') cluster.region.startedAt.set(jobRun.id, at);
      const rank = RANK[jobRun.state ?? ''] ?? ENDED;
      const job = rank > (ranks.get(jobRun.id) ?? -1) ? jobOfRun(cluster, jobRun) : null;
      return job === null ? null : { job, told: () => void ranks.set(jobRun.id, rank) };
    },
  };
  try {
    yield* watchByQueue(watch, signal);
  } catch (error) {
    throw toFlotillaError(error, 'the watch broke off');
  }
}

/** An event has no tags: whose job it is, is asked once. */
async function isOurs(
  { region, settings, jobRuns }: Cluster,
  { id }: ChangedJobRun['jobRun'],
): Promise<boolean> {
  const key = `${settings.mode}/${id}`;
  const known = region.ours.get(key);
  if (known !== undefined) return known;
  const jobRun = await jobRuns.get(id);
  // One that EMR does not know (any more) cannot be another's to wait for.
  const ours = jobRun === null || isOfMode(jobRun.tags, settings.mode);
  region.ours.set(key, ours);
  return ours;
}
