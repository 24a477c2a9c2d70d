import { Context } from '@temporalio/activity';
import { messageOf } from '../domain/errors.ts';
import { endAskedEvent } from '../domain/end-asked.ts';
import type { JobRef } from '../domain/lifecycle/messages.ts';
import { recordPodEvents } from '../db/cluster-facts.ts';
import type { Db } from '../db/client.ts';

/** What is over so soon had nothing to end. */
const NOTE_AFTER_MS = 500;

/**
 * Ends an attempt by the engine, and puts on record that it was asked to, where that takes a moment. A
 * repeat leaves the first record; an end does not wait for it.
 */
export async function notingEnd<T>(
  db: Db,
  request: { ref: JobRef; graceSeconds: number },
  end: () => Promise<T>,
): Promise<T> {
  const event = endAskedEvent(request.ref, request.graceSeconds, new Date());
  const { log } = Context.current();
  const timer = setTimeout(() => {
    recordPodEvents(db, [event]).catch((error: unknown) => {
      log.warn('that a job was asked to end is not on record', { error: messageOf(error) });
    });
  }, NOTE_AFTER_MS);
  try {
    return await end();
  } finally {
    clearTimeout(timer);
  }
}
