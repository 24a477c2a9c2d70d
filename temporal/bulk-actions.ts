import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { FlotillaError, notFound, rootMessage } from '../domain/errors.ts';
import {
  BULK_WORKFLOW,
  MEMO_PROGRESS,
  SIGNAL_ABORT,
  type BulkInput,
  type BulkProgress,
} from '../domain/lifecycle/bulk.ts';

const WITHIN_MS = 5_000;

/** The `bulkAction` workflows, as clients of Temporal see them. */
export class BulkActions {
  readonly #client: () => Client;
  readonly #taskQueue: string;

  /** @param client asked for at each call, since a better connection may come up later */
  constructor(client: () => Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** @throws FlotillaError `unavailable`: whether it was started is not known then */
  async start(bulkId: string, input: BulkInput): Promise<BulkProgress> {
    const { verb, by, matching } = input;
    const counts = { done: 0, skipped: 0, failed: 0, failures: [] };
    const progress: BulkProgress = { verb, by, matching, state: 'running', ...counts };
    await this.#within(() =>
      this.#client().workflow.start(BULK_WORKFLOW, {
        workflowId: this.#workflowId(bulkId),
        taskQueue: this.#taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        memo: { [MEMO_PROGRESS]: progress },
        staticSummary: `${verb} of about ${matching} runs, asked for by ${by ?? 'nobody known'}`,
      }),
    );
    return progress;
  }

  /** @throws FlotillaError `not_found`, `unavailable` */
  async progress(bulkId: string): Promise<BulkProgress> {
    const handle = this.#client().workflow.getHandle(this.#workflowId(bulkId));
    const { memo, status } = await this.#within(() => handle.describe());
    const progress = memo?.[MEMO_PROGRESS] as BulkProgress | undefined;
    if (progress === undefined) throw notFound('there is no such bulk action');
    // Temporal's own tools can end it too.
    const ended = progress.state === 'running' && status.name !== 'RUNNING';
    return ended ? { ...progress, state: 'aborted' } : progress;
  }

  /** Ends it after the page at work; one that is over stays as it is. @throws as `progress` */
  async abort(bulkId: string): Promise<void> {
    const handle = this.#client().workflow.getHandle(this.#workflowId(bulkId));
    try {
      await handle.signal(SIGNAL_ABORT);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw unavailable(error);
      await this.progress(bulkId);
    }
  }

  #workflowId(bulkId: string): string {
    return `${this.#taskQueue}-bulk-${bulkId}`;
  }

  async #within<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#client().withDeadline(Date.now() + WITHIN_MS, call);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw notFound('there is no such bulk action');
      throw unavailable(error);
    }
  }
}

function unavailable(cause: unknown): FlotillaError {
  const text = `Temporal did not answer: ${rootMessage(cause)}`;
  return new FlotillaError('unavailable', text, { cause });
}
