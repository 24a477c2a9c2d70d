import { StartJobRunCommand, type JobRun } from '@aws-sdk/client-emr-containers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { stringify } from 'yaml';
import { FlotillaError } from '../../domain/errors.ts';
import type { SparkFacts } from '../../domain/spark.ts';
import type { AttemptSpec, Job, Register } from '../engine.ts';
import { startedBefore, takeLeave } from '../leave.ts';
import { isRefusal, toFlotillaError } from './errors.ts';
import { isListed } from './find.ts';
import { externalIdOf, nameOf } from './names.ts';
import { s3Uri } from './settings.ts';
import { planOf, type Plan } from './spec.ts';
import { jobOf, type Cluster } from './view.ts';

/**
 * Starts the job run of an attempt. EMR has no place for a bar, so the record is asked right before; the
 * job run is on record right after, and cancelled again where it may not be.
 */
export async function launchJob(
  cluster: Cluster,
  spec: AttemptSpec,
  signal: AbortSignal,
  register: Register,
): Promise<Job | null> {
  const what = `cannot launch ${nameOf(spec)}`;
  try {
    return await launch(cluster, spec, signal, register);
  } catch (cause) {
    const error = toFlotillaError(cause, what);
    const refused = error instanceof FlotillaError && error.code === 'capacity';
    if (!refused && !isRefusal(cause)) throw error;
    // Neither "no room" nor "refused" is to hide what an earlier launch has started.
    const there = await startedBefore(error, 'job runs', () => cluster.jobRuns.of(spec));
    return adopt(cluster, spec, there, register, null);
  }
}

async function launch(
  cluster: Cluster,
  spec: AttemptSpec,
  signal: AbortSignal,
  register: Register,
): Promise<Job | null> {
  const { region, jobRuns } = cluster;
  const there = await jobRuns.of(spec);
  if (there !== null) return adopt(cluster, spec, there, register, null);
  if (!isListed(spec.askedAt)) {
    const text = 'it may have been started more than a week ago, and EMR lists no job run of it';
    throw new FlotillaError('unavailable', text);
  }
  const plan = planOf(spec, cluster.settings);
  await upload(cluster, plan);
  if (!(await takeLeave(register, signal))) return null;
  const { id = '', virtualClusterId = '' } = await region.launcher.send(
    new StartJobRunCommand(plan.request),
  );
  return adopt(cluster, spec, { id, virtualClusterId, state: 'PENDING' }, register, plan);
}

/** What the job needs, and the request for people, where flotilla-os has them. */
async function upload({ region, settings }: Cluster, plan: Plan): Promise<void> {
  const put = (Key: string, Body: string, ContentType: string) =>
    region.s3.send(
      new PutObjectCommand({ Bucket: settings.manifests.bucket, Key, Body, ContentType }),
    );
  await Promise.all([
    ...plan.templates.map(({ key, pod }) => put(key, stringify(pod), 'text/yaml')),
    put(plan.manifestKey, shown(plan, '\t'), 'application/json'),
  ]);
}

/** The request without the values of passwords. */
function shown({ request }: Plan, indent: string | number): string {
  const hide = (key: string, value: unknown): unknown =>
    key.endsWith('ConnectionPassword') ? '****' : value;
  return JSON.stringify(request, hide, indent);
}

/** Puts a job run on record; where the attempt may not have it, it is cancelled. */
async function adopt(
  cluster: Cluster,
  spec: AttemptSpec,
  jobRun: JobRun,
  register: Register,
  plan: Plan | null,
): Promise<Job | null> {
  const { id = '', virtualClusterId = cluster.settings.virtualCluster } = jobRun;
  const manifest = plan === null ? null : manifestOf(plan);
  if (!(await register(externalIdOf(virtualClusterId, id), manifest))) {
    await cluster.jobRuns.cancel(id, virtualClusterId);
    return null;
  }
  if (plan !== null) {
    const uri = s3Uri(cluster.settings.manifests.bucket, plan.manifestKey);
    cluster.region.facts.set(id, { ...cluster.region.facts.get(id), emr_job_manifest: uri });
  }
  const job = jobOf(cluster, spec, { ...jobRun, virtualClusterId });
  return { ...job, spark: { ...freshFacts(spec), ...job.spark } };
}

/** A later attempt is not judged by what became of the one before. */
function freshFacts({ attempt }: AttemptSpec): SparkFacts {
  if (attempt === 1) return {};
  const none = null;
  return {
    spark_app_id: none,
    app_uri: none,
    history_uri: none,
    executor_oom: none,
    driver_oom: none,
  };
}

function manifestOf(plan: Plan): string {
  const templates = Object.fromEntries(
    plan.templates.map(({ key, pod }) => [key.slice(key.lastIndexOf('/') + 1), pod]),
  );
  return stringify({ startJobRun: JSON.parse(shown(plan, 0)) as unknown, ...templates });
}
