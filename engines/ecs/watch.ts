import type { Task } from '@aws-sdk/client-ecs';
import type { Change, JobPage } from '../engine.ts';
import type { Delivery } from './consumer.ts';
import { toFlotillaError } from './errors.ts';
import { startedByOf } from './names.ts';
import { refOf, variableOf } from './refs.ts';
import { jobOfTask, jobsOf, type Cluster } from './view.ts';

const MODE_VARIABLE = 'FLOTILLA_SERVER_MODE';

/**
 * Our tasks on a cluster, a page at a time, first those that are to run, then those that are to be over.
 * One that is over and released is left out. @throws errors of the SDK
 */
export async function listPage(
  cluster: Cluster,
  cursor: string | null,
  wants: (task: Task) => boolean = () => true,
): Promise<JobPage> {
  const [status, token = ''] = (cursor ?? 'RUNNING').split(/ (.*)/s);
  const desired = status === 'STOPPED' ? 'STOPPED' : 'RUNNING';
  const { tasks, next } = await cluster.tasks.page(desired, token === '' ? null : token);
  const jobs = await jobsOf(cluster, tasks.filter(wants));
  const { released } = cluster.region;
  const rest = jobs.filter(
    (job) => job.phase !== 'STOPPED' || released.get(startedByOf(job)) === undefined,
  );
  const after = desired === 'RUNNING' ? 'STOPPED' : null;
  return { jobs: rest, next: next === null ? after : `${desired} ${next}` };
}

/** What was delivered and not taken yet. */
class Inbox {
  readonly #waiting: Delivery[] = [];
  #failure: { error: unknown } | null = null;
  #closed = false;
  #wake: (() => void) | null = null;

  put(delivery: Delivery): void {
    if (this.#closed) return delivery.giveBack();
    this.#waiting.push(delivery);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    for (const delivery of this.#waiting.splice(0)) delivery.giveBack();
    this.#wake?.();
  }

  /** Null once it is closed. @throws what the queue failed with */
  async next(): Promise<Delivery | null> {
    for (;;) {
      if (this.#closed) return null;
      const delivery = this.#waiting.shift();
      if (delivery !== undefined) return delivery;
      if (this.#failure !== null) throw this.#failure.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/**
 * What happens to our tasks on a cluster: first all that there are, then the changes from the queue. A
 * message is deleted once its change was taken; one that is older than what was taken is no news.
 * @throws FlotillaError `unavailable` when ECS or the queue does not answer
 */
export async function* watchCluster(cluster: Cluster, signal: AbortSignal): AsyncGenerator<Change> {
  const inbox = new Inbox();
  const close = (): void => inbox.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  const wants = (task: Task): boolean => isForUs(cluster, task);
  const listening = cluster.consumer?.listen({
    cluster: cluster.settings.cluster,
    wants,
    put: (delivery) => inbox.put(delivery),
    fail: (error) => inbox.fail(error),
  });
  try {
    yield* everything(cluster, wants, signal);
    yield* changes(cluster, inbox);
  } catch (error) {
    throw toFlotillaError(error, 'the watch broke off');
  } finally {
    signal.removeEventListener('abort', close);
    listening?.leave();
    close();
  }
}

/** Of another mode, it is for the Flotilla that runs in that. */
function isForUs({ settings }: Cluster, task: Task): boolean {
  const mode = variableOf(task, MODE_VARIABLE);
  return refOf(task) !== null && (mode === null || mode === settings.mode);
}

async function* everything(
  cluster: Cluster,
  wants: (task: Task) => boolean,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  let cursor: string | null = null;
  do {
    if (signal.aborted) return;
    const page = await listPage(cluster, cursor, wants);
    for (const job of page.jobs) yield { kind: 'job', job };
    cursor = page.next;
  } while (cursor !== null);
}

async function* changes(cluster: Cluster, inbox: Inbox): AsyncGenerator<Change> {
  const versions = new Map<string, number>();
  for (;;) {
    const delivery = await inbox.next();
    if (delivery === null) return;
    const { task, version } = delivery;
    try {
      const job = jobOfTask(cluster, task, null);
      if (job !== null && (version ?? Infinity) > (versions.get(task.taskArn) ?? -1)) {
        cluster.region.heard.set(task.taskArn, task);
        yield { kind: 'job', job };
        // After its end nothing is news; an event without a version says nothing of others.
        if (job.phase === 'STOPPED') versions.set(task.taskArn, Infinity);
        else if (version !== null) versions.set(task.taskArn, version);
      }
      delivery.taken();
    } finally {
      // Nothing, where it was taken.
      delivery.giveBack();
    }
  }
}
