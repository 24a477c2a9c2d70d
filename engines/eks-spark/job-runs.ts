import {
  CancelJobRunCommand,
  DescribeJobRunCommand,
  ListJobRunsCommand,
  type EMRContainersClient,
  type JobRun,
  type JobRunState,
} from '@aws-sdk/client-emr-containers';
import { messageOf } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { isNamed } from '../../aws/client.ts';
import { jobNameOf } from './names.ts';

export interface JobRunPage {
  jobRuns: JobRun[];
  next: string | null;
}

/** Calls about the job runs of one virtual cluster. All throw the SDK's errors. */
export class JobRuns {
  readonly #emr: EMRContainersClient;
  readonly #virtualCluster: string;

  constructor(emr: EMRContainersClient, virtualCluster: string) {
    this.#emr = emr;
    this.#virtualCluster = virtualCluster;
  }

  /** Null for one that EMR does not know. */
  async get(id: string, virtualClusterId = this.#virtualCluster): Promise<JobRun | null> {
    try {
      const { jobRun } = await this.#emr.send(new DescribeJobRunCommand({ id, virtualClusterId }));
      return jobRun ?? null;
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return null;
      throw error;
    }
  }

  /** Of an attempt, by its name; of several, which there are none of, the first. */
  async of(ref: JobRef): Promise<JobRun | null> {
    const name = jobNameOf(ref);
    const found: JobRun[] = [];
    let nextToken: string | undefined;
    do {
      const query = { virtualClusterId: this.#virtualCluster, name };
      const more = nextToken === undefined ? {} : { nextToken };
      const page = await this.#emr.send(new ListJobRunsCommand({ ...query, ...more }));
      found.push(...(page.jobRuns ?? []).filter((jobRun) => jobRun.name === name));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    const [first] = found.toSorted((a, b) => timeOf(a.createdAt) - timeOf(b.createdAt));
    return first ?? null;
  }

  async page(
    states: JobRunState[],
    createdAfter: Date | null,
    token: string | null,
  ): Promise<JobRunPage> {
    const answer = await this.#emr.send(
      new ListJobRunsCommand({
        virtualClusterId: this.#virtualCluster,
        states,
        ...(createdAfter === null ? {} : { createdAfter }),
        ...(token === null ? {} : { nextToken: token }),
      }),
    );
    return { jobRuns: answer.jobRuns ?? [], next: answer.nextToken ?? null };
  }

  /** Asks EMR to end a job run; one that is over, or not known, is left. */
  async cancel(id: string, virtualClusterId = this.#virtualCluster): Promise<void> {
    try {
      await this.#emr.send(new CancelJobRunCommand({ id, virtualClusterId }));
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return;
      const over = /not in a cancel|terminal|already/i.test(messageOf(error));
      if (!isNamed(error, 'ValidationException') || !over) throw error;
    }
  }
}

function timeOf(date: Date | undefined): number {
  return date?.getTime() ?? 0;
}
