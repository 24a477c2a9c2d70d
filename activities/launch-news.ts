import { Context } from '@temporalio/activity';
import { messageOf } from '../domain/errors.ts';
import type { JobEvent } from '../domain/job-event.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { recordPodEvents } from '../db/cluster-facts.ts';
import type { Db } from '../db/client.ts';
import type { Tell } from '../engines/engine.ts';

/**
 * What an engine tells of an attempt before there is a job, as events of its run: one of a kind, whose
 * words change. Nothing waits for it, and a launch does without.
 */
export class LaunchNews {
  readonly #db: Db;
  readonly #ref: JobRef;
  readonly #counts = new Map<string, number>();
  readonly #log = Context.current().log;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Db, ref: JobRef) {
    this.#db = db;
    this.#ref = { runId: ref.runId, attempt: ref.attempt };
  }

  tell(event: Parameters<Tell>[0]): void {
    const count = (this.#counts.get(event.reason) ?? 0) + 1;
    this.#counts.set(event.reason, count);
    const ref = this.#ref;
    const uid = `launch-${ref.runId}-${ref.attempt}-${event.reason}`;
    const full = { ref, uid, count, at: new Date(), source: 'flotilla', ...event };
    this.#writing = this.#writing.then(() => this.#write(full));
  }

  /** When what was told is on record, or could not be. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(event: JobEvent): Promise<void> {
    try {
      await recordPodEvents(this.#db, [event]);
    } catch (error) {
      this.#log.warn('news of a launch are not on record', { error: messageOf(error) });
    }
  }
}
