import { randomUUID } from 'node:crypto';
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import {
  ApplicationFailure,
  defineSearchAttributeKey,
  TypedSearchAttributes,
  type SearchAttributePair,
} from '@temporalio/common';
import { FlotillaError, rootMessage } from '../domain/errors.ts';
import {
  RUN_WORKFLOW,
  SIGNAL_JOB_CHANGED,
  SIGNAL_SLOT_GRANTED,
  SIGNAL_STOP,
  UPDATE_SET_STATUS,
  type JobHint,
  type RunInput,
  type StatusRequest,
} from '../domain/lifecycle/messages.ts';
import { SEARCH_ATTRIBUTES } from '../domain/lifecycle/search-attributes.ts';
import { quoted } from './quoted.ts';

/** How long a caller waits for Temporal; what it asked for is in Postgres anyway. */
const START_WITHIN_MS = 3_000;
const REST_MS = 2_000;
const SIGNAL_WITHIN_MS = 3_000;

/** Characters of a Keyword where visibility is on SQL (docs.temporal.io/search-attribute). */
const MAX_KEYWORD = 255;
/** docs.temporal.io/cloud/limits gives 400; a start that says more is refused. */
const MAX_SUMMARY_BYTES = 400;

/** What of a run its workflow's start needs. */
export interface StartableRun {
  runId: string;
  alias: string;
  owner: string;
  cluster: string;
  engine: string;
}

export type Told = 'told' | 'gone';
export type StatusAnswer = 'applied' | 'not_applied' | 'gone';

/** The `run` workflows, as clients of Temporal see them. Never pins a Temporal run id. */
export class RunWorkflows {
  readonly #client: () => Client;
  readonly taskQueue: string;
  readonly #eager: () => boolean;
  /** Until then nobody waits for Temporal to start a workflow: it did not answer just now. */
  #resting = 0;

  /**
   * @param client asked for at each call, since a better connection may come up later
   * @param eager true while this process has a worker on the same native connection
   */
  constructor(client: () => Client, taskQueue: string, eager: () => boolean = () => false) {
    this.#client = client;
    this.taskQueue = taskQueue;
    this.#eager = eager;
  }

  /** Starts a run's workflow once and for all; one that ever existed is not started again. */
  async start(run: StartableRun): Promise<'started' | 'exists'> {
    if (Date.now() < this.#resting) {
      throw new FlotillaError('unavailable', 'Temporal did not answer a moment ago');
    }
    const client = this.#client();
    const input: RunInput = { runId: run.runId, cluster: run.cluster, taskQueue: this.taskQueue };
    try {
      await inTime(
        START_WITHIN_MS,
        client.workflow.start(RUN_WORKFLOW, {
          workflowId: run.runId,
          taskQueue: this.taskQueue,
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          typedSearchAttributes: searchAttributesOf(run),
          staticSummary: cut(`${run.alias} for ${run.owner} on ${run.cluster}`, MAX_SUMMARY_BYTES),
          requestEagerStart: this.#eager(),
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'exists';
      this.#resting = Date.now() + REST_MS;
      const text = `Temporal did not start the workflow: ${rootMessage(error)}`;
      throw new FlotillaError('unavailable', text, { cause: error });
    }
  }

  jobChanged(runId: string, hint: JobHint): Promise<Told> {
    return this.#signal(runId, SIGNAL_JOB_CHANGED, hint);
  }

  stop(runId: string, by: string | null): Promise<Told> {
    return this.#signal(runId, SIGNAL_STOP, by);
  }

  slotGranted(runId: string): Promise<Told> {
    return this.#signal(runId, SIGNAL_SLOT_GRANTED);
  }

  /**
   * Declares a status. `not_applied`: the workflow took note, and may still apply it.
   * @throws FlotillaError `unavailable` when no worker answered in time
   */
  async setStatus(runId: string, request: StatusRequest): Promise<StatusAnswer> {
    const client = this.#client();
    const left = Math.max(request.deadline - Date.now(), 1);
    try {
      const applied = await inTime(
        left,
        client.workflow
          .getHandle(runId)
          .executeUpdate<boolean, [StatusRequest]>(UPDATE_SET_STATUS, {
            args: [request],
            updateId: randomUUID(),
          }),
      );
      return applied ? 'applied' : 'not_applied';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'gone';
      // Refused because the run is over, or ended before the update did; unless it came too late.
      if (error instanceof WorkflowUpdateFailedError && !isExpired(error)) return 'gone';
      throw inDoubt(error);
    }
  }

  /** How a workflow stands, by Temporal's word; null when it is not known there. */
  async stateOf(runId: string): Promise<string | null> {
    try {
      const description = await this.#client().workflow.getHandle(runId).describe();
      return description.status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /**
   * Runs on a cluster whose workflow ended otherwise than by completing, within the last hour.
   * @throws ServiceError when Temporal cannot be asked
   */
  async brokenOn(cluster: string): Promise<string[]> {
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const query =
      `WorkflowType = '${RUN_WORKFLOW}' AND ${SEARCH_ATTRIBUTES.cluster} = '${quoted(cluster)}'` +
      ` AND ExecutionStatus IN ('Failed', 'Canceled', 'Terminated', 'TimedOut')` +
      ` AND TaskQueue = '${quoted(this.taskQueue)}' AND CloseTime > '${since}'`;
    const found: string[] = [];
    for await (const execution of this.#client().workflow.list({ query })) {
      found.push(execution.workflowId);
    }
    return found;
  }

  async #signal(runId: string, name: string, ...args: unknown[]): Promise<Told> {
    const client = this.#client();
    try {
      await inTime(SIGNAL_WITHIN_MS, client.workflow.getHandle(runId).signal(name, ...args));
      return 'told';
    } catch (error) {
      // Missing or closed: nobody is left to be told, and that is no error.
      if (error instanceof WorkflowNotFoundError) return 'gone';
      throw error;
    }
  }
}

function isExpired(error: WorkflowUpdateFailedError): boolean {
  return error.cause instanceof ApplicationFailure && error.cause.type === 'expired';
}

/**
 * Gives up waiting after a time. The call itself may go on: with a dead server the native connection
 * tries for about 10 s, whatever deadline or abort signal it was given (seen with SDK 1.24).
 */
async function inTime<T>(ms: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  // Nobody is left to hear of it when it fails later.
  call.catch(() => undefined);
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

function inDoubt(cause: unknown): FlotillaError {
  return new FlotillaError(
    'unavailable',
    'no worker answered in time; the status may still be applied',
    { cause },
  );
}

/** The beginning of a text that fits into so many bytes of UTF-8. */
function cut(text: string, maxBytes: number): string {
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes)).replace(/\uFFFD$/, '');
}

function searchAttributesOf(run: StartableRun): TypedSearchAttributes {
  const values = { ...run, status: 'QUEUED' };
  const keys = Object.keys(SEARCH_ATTRIBUTES) as (keyof typeof SEARCH_ATTRIBUTES)[];
  const pairs: SearchAttributePair[] = keys.map((name) => ({
    key: defineSearchAttributeKey(SEARCH_ATTRIBUTES[name], 'KEYWORD'),
    value: values[name].slice(0, MAX_KEYWORD),
  }));
  return new TypedSearchAttributes(pairs);
}
