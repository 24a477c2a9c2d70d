import { Worker, type WorkerOptions } from '@temporalio/worker';
import { turnQueue } from '../domain/lifecycle/messages.ts';
import type { TurnActivities } from '../domain/lifecycle/record.ts';
import type { Turns } from '../engines/engine.ts';
import type { ServingDeps } from './serving.ts';
import { runWorker, shutDown } from './worker-run.ts';

/** Having it is all there is to a turn: the server gives out so many a second. */
const activities: TurnActivities = { takeTurn: () => Promise.resolve() };

/**
 * The turns that this process gives out, whichever of its clusters need them. They end with the process, since
 * any process may give out any.
 */
export class TurnKeeper {
  readonly #options: Omit<WorkerOptions, 'taskQueue'>;
  readonly #taskQueue: string;
  readonly #warn: ServingDeps['warn'];
  readonly #fail: (turns: string, error: unknown) => void;
  readonly #kept = new Map<string, Promise<{ worker: Worker; ended: Promise<void> }>>();

  /** @param fail told of a Temporal Worker that ended by itself */
  constructor(
    deps: Pick<ServingDeps, 'options' | 'taskQueue' | 'warn'>,
    fail: (turns: string, error: unknown) => void,
  ) {
    this.#options = deps.options;
    this.#taskQueue = deps.taskQueue;
    this.#warn = deps.warn;
    this.#fail = fail;
  }

  /** Sees to it that there are turns of this kind. @throws when the server does not answer */
  async keep({ name, perSecond }: Turns): Promise<void> {
    const kept = this.#kept.get(name) ?? this.#begin(name, perSecond);
    this.#kept.set(name, kept);
    try {
      await kept;
    } catch (error) {
      this.#kept.delete(name);
      throw error;
    }
  }

  /** Ends all, and waits for that. */
  async close(): Promise<void> {
    const kept = await Promise.allSettled(this.#kept.values());
    await Promise.all(
      kept.map(async (one) => {
        if (one.status === 'rejected') return;
        shutDown(one.value.worker);
        await one.value.ended;
      }),
    );
  }

  async #begin(name: string, perSecond: number): Promise<{ worker: Worker; ended: Promise<void> }> {
    const worker = await Worker.create({
      ...this.#options,
      taskQueue: turnQueue(this.#taskQueue, name),
      maxTaskQueueActivitiesPerSecond: perSecond,
      activities,
    });
    const ended = runWorker(worker, this.#warn).catch((error: unknown) => this.#fail(name, error));
    return { worker, ended };
  }
}
