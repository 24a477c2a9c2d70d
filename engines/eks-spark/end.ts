import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRun } from '@aws-sdk/client-emr-containers';
import { unknownOutcome } from '../../domain/outcome.ts';
import type { EndAnswer, EndRequest, Job } from '../engine.ts';
import { stopped } from '../judgement.ts';
import { parseExternalId } from './names.ts';
import { jobOf, type Cluster } from './view.ts';

/** How long an end may take beyond its grace before the caller hears that it still goes on. */
const PATIENCE_MS = 120_000;
const FIRST_LOOK_MS = 500;
const LONGEST_LOOK_MS = 5_000;
/** A job run that was started just before may not show at once. */
const SHOWN_WITHIN_MS = 3_000;

const OVER: readonly (string | undefined)[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/**
 * Ends an attempt: its job run is cancelled, and it is confirmed when EMR says so. Where there is none, the
 * attempt is barred on record, since EMR has no place for that, and looked for once more. EMR keeps the
 * grace of the pod template, not that of the request. @throws errors of the SDK
 */
export async function endAttempt(cluster: Cluster, request: EndRequest): Promise<EndAnswer> {
  const jobRun = await jobRunOf(cluster, request);
  if (jobRun !== null) return endJobRun(cluster, request, jobRun);
  if (request.externalId === null) await request.bar?.();
  const late = await appearing(cluster, request);
  if (late !== null) return endJobRun(cluster, request, late);
  if (request.externalId === null) return { kind: 'confirmed', own: false, job: null };
  const id = parseExternalId(request.externalId, cluster.settings.virtualCluster);
  const gone = jobOf(cluster, request.ref, { id: id.id, virtualClusterId: id.virtualCluster });
  const known = stopped(unknownOutcome('EMR no longer knows its job run'));
  return { kind: 'confirmed', own: true, job: { ...gone, ...known } };
}

async function jobRunOf(
  { jobRuns, settings }: Cluster,
  { ref, externalId }: EndRequest,
): Promise<JobRun | null> {
  if (externalId === null) return jobRuns.of(ref);
  const { virtualCluster, id } = parseExternalId(externalId, settings.virtualCluster);
  return jobRuns.get(id, virtualCluster);
}

/** A job run that a launch under way has started before it could be refused. */
async function appearing(cluster: Cluster, request: EndRequest): Promise<JobRun | null> {
  const until = Date.now() + SHOWN_WITHIN_MS;
  while (Date.now() < until) {
    await sleep(FIRST_LOOK_MS, undefined, { signal: request.signal });
    const jobRun = await jobRunOf(cluster, request);
    if (jobRun !== null) return jobRun;
  }
  return null;
}

async function endJobRun(
  cluster: Cluster,
  request: EndRequest,
  jobRun: JobRun,
): Promise<EndAnswer> {
  const { jobRuns, settings } = cluster;
  const { id = '', virtualClusterId = settings.virtualCluster } = jobRun;
  if (OVER.includes(jobRun.state)) return confirmed(cluster, request, jobRun);
  if (jobRun.state !== 'CANCEL_PENDING') await jobRuns.cancel(id, virtualClusterId);
  const until = Date.now() + request.graceSeconds * 1000 + PATIENCE_MS;
  let last = jobRun;
  for (let pause = FIRST_LOOK_MS; Date.now() < until;) {
    await sleep(pause, undefined, { signal: request.signal });
    const now = await jobRuns.get(id, virtualClusterId);
    if (now === null) return appearingGone(cluster, request, last);
    last = now;
    if (OVER.includes(now.state)) return confirmed(cluster, request, now);
    pause = Math.min(pause * 1.25, LONGEST_LOOK_MS);
  }
  const reason = `EMR says that job run ${id} is ${last.state}, cancelled for ${request.ref.runId}`;
  return { kind: 'ending', reason };
}

/** It was there a moment ago: EMR contradicts itself, so that nothing is confirmed. */
function appearingGone(cluster: Cluster, request: EndRequest, last: JobRun): EndAnswer {
  const { externalId } = jobOf(cluster, request.ref, last);
  return { kind: 'ending', reason: `EMR does not know job run ${externalId} at the moment` };
}

/** One that is cancelled did not end by itself, whoever asked: the caller says why it was to end. */
function confirmed(cluster: Cluster, { ref, why }: EndRequest, jobRun: JobRun): EndAnswer {
  const job = jobOf(cluster, ref, jobRun);
  if (jobRun.state !== 'CANCELLED') return { kind: 'confirmed', own: true, job };
  return { kind: 'confirmed', own: false, job: endedByUs(job, why ?? 'ended') };
}

function endedByUs(job: Job, why: string): Job {
  if (job.outcome === null) return job;
  const { outcome } = job;
  return { ...job, outcome: { ...outcome, reason: why, failure: null, evidence: null } };
}
