import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { FlotillaError } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type {
  AttemptSpec,
  Change,
  EndAnswer,
  EndRequest,
  Engine,
  Found,
  Job,
  JobPage,
  Notice,
  Register,
  TailChunk,
} from '../engine.ts';
import { tailedBytes, tailedSize } from '../tailed-log.ts';
import { KubeError, type KubeApi } from './api.ts';
import { endAttempt } from './end.ts';
import { asked } from './errors.ts';
import { namedJob, takenOver } from './former.ts';
import { Jobs, nameOf } from './jobs.ts';
import { listJobs } from './list.ts';
import { findLog, tailLog } from './logs.ts';
import { Memory } from './memory.ts';
import {
  ENDED_ANNOTATION,
  externalIdOf,
  isOf,
  jobName,
  parseExternalId,
  RELEASED_LABEL,
  type ExternalId,
} from './names.ts';
import { judge } from './outcome.ts';
import { isFinished, wasEnded } from './pod.ts';
import { describeFeatures, featuresOf, type EksSettings, type Features } from './settings.ts';
import { buildJob } from './spec.ts';
import { TeamRegistry } from './teams.ts';
import { circumstances, foundOf, viewOf, type Cluster, type View } from './view.ts';
import { watchCluster } from './watch.ts';

/** Times that a launch begins anew when the Job changes under its hands. */
const TRIES = 5;
/** How long what a cluster can do is believed. */
const FEATURES_MS = 600_000;

/** Runs each attempt as a Job of Kubernetes; docs/engines/eks.md. */
export class EksEngine implements Engine {
  readonly name = 'eks';
  readonly #cluster: Cluster;
  readonly #teams: TeamRegistry;
  #features: { at: number; known: Features } | null = null;

  constructor(api: KubeApi, settings: EksSettings) {
    this.#cluster = { api, settings, jobs: new Jobs(api), memory: new Memory() };
    this.#teams = new TeamRegistry(api, settings);
  }

  async launch(spec: AttemptSpec, signal: AbortSignal, register: Register): Promise<Job | null> {
    return asked(`cannot launch ${nameOf(spec)}`, async () => {
      const wanted = buildJob(spec, this.#cluster.settings, await this.#whatItCan());
      for (let tries = 0; tries < TRIES; tries += 1) {
        signal.throwIfAborted();
        const job = await this.#createOrFind(wanted, spec);
        if (job === null) continue;
        if (wasEnded(job) || job.spec?.suspend !== true) return viewOf(this.#cluster, spec, job);
        if (!(await register(externalIdOf(job), stringify(wanted)))) {
          await this.#cluster.jobs.remove(job);
          return null;
        }
        signal.throwIfAborted();
        const resumed = await this.#resume(job);
        if (resumed === null) continue;
        void this.#teams.note(spec.labels['team']);
        return viewOf(this.#cluster, spec, resumed);
      }
      throw new FlotillaError('unavailable', `the Job of ${nameOf(spec)} changes all the time`);
    });
  }

  /** The Job of the attempt, made now or by an earlier call; null when it went away meanwhile. */
  async #createOrFind(wanted: V1Job, ref: JobRef): Promise<V1Job | null> {
    const { jobs, settings } = this.#cluster;
    try {
      return await jobs.create(wanted);
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 409) throw error;
    }
    const there = await jobs.get(settings.namespace, jobName(ref));
    if (there === null) return null;
    if (!isOf(there, ref, settings.labelKeys)) {
      throw new FlotillaError(
        'rejected',
        `a Job named ${jobName(ref)} is there, and not of this run`,
      );
    }
    if (there.metadata?.deletionTimestamp !== undefined) {
      throw new FlotillaError('unavailable', `the Job ${jobName(ref)} is being deleted`);
    }
    return takenOver(this.#cluster, there);
  }

  /** Lets a registered Job go, unless it was ended: then null, and what is there is to be looked at. */
  async #resume(job: V1Job): Promise<V1Job | null> {
    const { namespace = '', name = '', uid } = job.metadata ?? {};
    const patch = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: `/metadata/annotations/${pointer(ENDED_ANNOTATION)}`, value: '' },
      { op: 'replace', path: '/spec/suspend', value: false },
    ];
    try {
      return await this.#cluster.jobs.patch(namespace, name, patch, 'json');
    } catch (error) {
      if (error instanceof KubeError && (error.status === 422 || error.status === 409)) return null;
      throw error;
    }
  }

  async find(ref: JobRef): Promise<Found> {
    return asked(`cannot look for ${nameOf(ref)}`, async () => {
      const { settings } = this.#cluster;
      const job = await namedJob(this.#cluster, ref);
      if (job === null) return { kind: 'absent' };
      if (!isOf(job, ref, settings.labelKeys)) {
        return { kind: 'unknown', reason: `a Job named ${jobName(ref)} is not of this run` };
      }
      if (job.metadata?.deletionTimestamp !== undefined) {
        return { kind: 'unknown', reason: `the Job ${jobName(ref)} is being deleted` };
      }
      return { kind: 'found', job: await this.#view(ref, await takenOver(this.#cluster, job)) };
    });
  }

  async describe(externalId: string): Promise<Found> {
    return asked(`cannot look at ${externalId}`, async () => {
      const id = parseExternalId(externalId);
      const { jobs, settings } = this.#cluster;
      const namespace = id.namespace ?? settings.namespace;
      const [job, pod] = await Promise.all([
        jobs.get(namespace, id.name),
        jobs.podOf(namespace, id.name, id.uid),
      ]);
      const own = isThe(job, id) ? await takenOver(this.#cluster, job) : null;
      return foundOf(this.#cluster, externalId, own, pod);
    });
  }

  async #view(ref: JobRef, job: V1Job): Promise<Job> {
    const { namespace = '', name = '', uid = null } = job.metadata ?? {};
    const pod = await this.#cluster.jobs.podOf(namespace, name, uid);
    return viewOf(this.#cluster, ref, job, await this.#doubtful(pod));
  }

  async #doubtful(pod: V1Pod | null): Promise<View> {
    return { pod, node: pod === null ? null : await this.#cluster.jobs.doubtfulNode(pod) };
  }

  async end(request: EndRequest): Promise<EndAnswer> {
    return asked(`cannot end ${nameOf(request.ref)}`, () => endAttempt(this.#cluster, request));
  }

  async list(): Promise<JobPage> {
    return asked('cannot list jobs', async () => ({
      jobs: await listJobs(this.#cluster),
      next: null,
    }));
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Change> {
    yield* watchCluster(this.#cluster, signal);
  }

  logs(externalId: string, offset: number): AsyncGenerator<Uint8Array> {
    return tailedBytes(this, externalId, offset);
  }

  async logSize(externalId: string): Promise<number | null> {
    if ((await findLog(this.#cluster, externalId)) === null) return null;
    return tailedSize(this, externalId);
  }

  logFile(): null {
    return null;
  }

  tail(
    externalId: string,
    cursor: string | null,
    options: { follow: boolean; signal: AbortSignal },
  ): AsyncIterable<TailChunk> {
    return tailLog(this.#cluster, externalId, cursor, options);
  }

  async release(ref: JobRef): Promise<void> {
    await asked(`cannot release ${nameOf(ref)}`, async () => {
      const { jobs, settings, memory } = this.#cluster;
      const job = await namedJob(this.#cluster, ref);
      if (job === null || !isOf(job, ref, settings.labelKeys)) return;
      memory.forget(job.metadata?.uid ?? '');
      // Kubernetes counts the time from the end that the Job controller has seen or will see.
      if (wasEnded(job) || !(await this.#isOver(job))) return jobs.remove(job);
      const patch = {
        metadata: { uid: job.metadata?.uid, labels: { [RELEASED_LABEL]: 'true' } },
        spec: { ttlSecondsAfterFinished: settings.ttlSeconds },
      };
      await jobs.patch(job.metadata?.namespace ?? '', jobName(ref), patch, 'merge');
    });
  }

  async #isOver(job: V1Job): Promise<boolean> {
    if (isFinished(job)) return true;
    const { namespace = '', name = '', uid = null } = job.metadata ?? {};
    const pod = await this.#cluster.jobs.podOf(namespace, name, uid);
    const judged = judge(job, pod, circumstances(this.#cluster, uid, null));
    return judged.phase === 'STOPPED' && !judged.alive;
  }

  notices(): Notice[] {
    return [];
  }

  async probe(): Promise<string> {
    this.#features = null;
    return asked('the cluster does not answer', async () =>
      describeFeatures(await this.#whatItCan()),
    );
  }

  async #whatItCan(): Promise<Features> {
    if (this.#features !== null && Date.now() - this.#features.at < FEATURES_MS) {
      return this.#features.known;
    }
    const { api, settings } = this.#cluster;
    const [version, groups] = await Promise.all([
      api.json<{ major: string; minor: string; gitVersion: string }>('GET', '/version'),
      api.json<{ groups: { name: string }[] }>('GET', '/apis'),
    ]);
    const names = groups.groups.map(({ name }) => name);
    const known = featuresOf(version, names, settings.karpenter);
    this.#features = { at: Date.now(), known };
    return known;
  }

  close(): Promise<void> {
    this.#cluster.api.close();
    return Promise.resolve();
  }
}

function isThe(job: V1Job | null, id: ExternalId): job is V1Job {
  return job !== null && (id.uid === null || job.metadata?.uid === id.uid);
}

/** A key as JSON pointers have it. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
