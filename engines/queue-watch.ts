import type { Change, Job, JobPage } from './engine.ts';
import { Inbox } from './inbox.ts';
import type { QueueConsumer } from './queue-consumer.ts';

/** What a delivered change is to those who watch. */
export interface News {
  job: Job;
  /** Called once the change was taken: what is older than it is no news. */
  told(): void;
}

/** How a cluster is watched by lists and a queue. */
export interface QueueWatch<T> {
  /** Null where no queue is configured: then the list is all there is. */
  consumer: QueueConsumer<T> | null;
  wants(item: T): boolean;
  page(cursor: string | null): Promise<JobPage>;
  /** Null for what is no news, `other` for what is for another installation. */
  newsOf(item: T): News | null | 'other' | Promise<News | null | 'other'>;
}

/**
 * What happens to the jobs of a cluster until the signal: first all that there are, then the changes from the
 * queue, whose messages are deleted once their change was taken. @throws what page, newsOf and the queue throw
 */
export async function* watchByQueue<T>(
  watch: QueueWatch<T>,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const inbox = new Inbox<T>();
  const close = (): void => inbox.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  const listening = watch.consumer?.listen({
    wants: (item) => watch.wants(item),
    put: (delivery) => inbox.put(delivery),
    fail: (error) => inbox.fail(error),
  });
  try {
    yield* everything(watch, signal);
    yield* changes(watch, inbox);
  } finally {
    signal.removeEventListener('abort', close);
    listening?.leave();
    close();
  }
}

async function* everything<T>(watch: QueueWatch<T>, signal: AbortSignal): AsyncGenerator<Change> {
  let cursor: string | null = null;
  do {
    if (signal.aborted) return;
    const page = await watch.page(cursor);
    for (const job of page.jobs) yield { kind: 'job', job };
    cursor = page.next;
  } while (cursor !== null);
}

async function* changes<T>(watch: QueueWatch<T>, inbox: Inbox<T>): AsyncGenerator<Change> {
  for (;;) {
    const delivery = await inbox.next();
    if (delivery === null) return;
    try {
      const news = await watch.newsOf(delivery.item);
      if (news === 'other') {
        delivery.leave();
        continue;
      }
      if (news !== null) {
        yield { kind: 'job', job: news.job };
        news.told();
      }
      delivery.taken();
    } finally {
      // Nothing, where it was taken.
      delivery.giveBack();
    }
  }
}
