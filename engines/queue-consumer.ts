import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type Message as SqsMessage,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { messageOf } from '../domain/errors.ts';
import { inBatches } from './batches.ts';

/** One that was fetched is on its way to whoever wants it, or is left to others. */
const NOT_TAKEN = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const BATCH = 10;
const WAIT_SECONDS = 20;
/** How long a message is hidden from others while it waits to be taken. */
const HIDDEN_SECONDS = 60;
/** Messages that wait to be taken; beyond that none are fetched. */
const MOST_WAITING = 500;
const SETTLE_EVERY_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Failures in a row after which whoever listens is told. */
const PATIENCE = 3;
/** A message that nobody here wants is offered to others, at ever longer intervals. */
const LONGEST_OFFER_SECONDS = 900;
/** Of a message that is dropped, in the log line. */
const SHOWN_CHARACTERS = 500;

export type Warn = (message: string, detail: Record<string, unknown>) => void;

/** What is in a message of the queue. */
export type Message<T> =
  | { kind: 'item'; item: T }
  /** An event of something else. */
  | { kind: 'other' }
  /** No event at all, or one in a form that is not known. */
  | { kind: 'poison'; why: string };

/** A change, to be settled once: taken, or given back to the queue. */
export interface Delivery<T> {
  item: T;
  taken(): void;
  giveBack(): void;
  /** Nobody here wants it after all: it is offered to others, at ever longer intervals. */
  leave(): void;
}

/** Who wants the changes of a cluster's jobs. */
export interface Listener<T> {
  wants(item: T): boolean;
  put(delivery: Delivery<T>): void;
  fail(error: unknown): void;
}

/**
 * Reads one queue, into which EventBridge puts the changes of jobs of one or more clusters, for all
 * clusters that are watched in this process. What is for others is left to them.
 */
export class QueueConsumer<T> {
  readonly #sqs: SQSClient;
  readonly #queue: string;
  readonly #read: (body: string) => Message<T>;
  readonly #warn: Warn;
  readonly #listeners = new Set<Listener<T>>();
  readonly #done: string[] = [];
  readonly #returned = new Map<string, number>();
  #url: Promise<string> | null = null;
  #loop: { stop: AbortController; ended: Promise<void> } | null = null;
  #waiting = 0;

  /** @param read what is in a message's body */
  constructor(sqs: SQSClient, queue: string, read: (body: string) => Message<T>, warn: Warn) {
    this.#sqs = sqs;
    this.#queue = queue;
    this.#read = read;
    this.#warn = warn;
  }

  /**
   * Begins to hear; what the listener has not settled when it leaves is for it to give back. After the last
   * one has left, the fetch that is under way goes on to its end: SQS would answer it all the same, and
   * hide what it answers with.
   */
  listen(listener: Listener<T>): { leave(): void } {
    this.#listeners.add(listener);
    if (this.#loop === null) {
      const stop = new AbortController();
      this.#loop = { stop, ended: this.#consume(stop.signal) };
    }
    return { leave: () => void this.#listeners.delete(listener) };
  }

  /** Messages that nobody has fetched yet, or taken, about. @throws errors of the SDK */
  async backlog(): Promise<number> {
    const query = { QueueUrl: await this.#queueUrl(), AttributeNames: [...NOT_TAKEN] };
    const { Attributes } = await this.#sqs.send(new GetQueueAttributesCommand(query));
    return NOT_TAKEN.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  }

  async close(): Promise<void> {
    this.#loop?.stop.abort();
    await this.#loop?.ended;
  }

  #queueUrl(): Promise<string> {
    this.#url ??= this.#sqs
      .send(new GetQueueUrlCommand({ QueueName: this.#queue }))
      .then(({ QueueUrl = '' }) => QueueUrl);
    this.#url.catch(() => (this.#url = null));
    return this.#url;
  }

  async #consume(signal: AbortSignal): Promise<void> {
    const settling = setInterval(() => void this.#settle(), SETTLE_EVERY_MS);
    let failures = 0;
    while (!signal.aborted && this.#listeners.size > 0) {
      try {
        if (this.#waiting < MOST_WAITING) await this.#receive(signal);
        else await sleep(SETTLE_EVERY_MS, undefined, { signal });
        failures = 0;
      } catch (error) {
        if (signal.aborted) continue;
        failures += 1;
        if (failures % PATIENCE === 0) this.#tellFailure(error);
        const pause = Math.min(2 ** failures * 250, LONGEST_PAUSE_MS);
        await sleep(pause, undefined, { signal }).catch(() => undefined);
      }
    }
    this.#loop = null;
    clearInterval(settling);
    await this.#settle();
  }

  #tellFailure(error: unknown): void {
    for (const listener of this.#listeners) listener.fail(error);
  }

  async #receive(signal: AbortSignal): Promise<void> {
    const request = new ReceiveMessageCommand({
      QueueUrl: await this.#queueUrl(),
      MaxNumberOfMessages: BATCH,
      WaitTimeSeconds: WAIT_SECONDS,
      VisibilityTimeout: HIDDEN_SECONDS,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const { Messages = [] } = await this.#sqs.send(request, { abortSignal: signal });
    for (const message of Messages) this.#sort(message);
  }

  #sort(message: SqsMessage): void {
    const { Body: body = '', ReceiptHandle: handle = '', MessageId: id } = message;
    const read = this.#read(body);
    if (read.kind === 'poison') {
      const shown = body.slice(0, SHOWN_CHARACTERS);
      const detail = { queue: this.#queue, message_id: id, why: read.why, body: shown };
      this.#warn('a message that is no change of a job was taken off the queue', detail);
      this.#done.push(handle);
      return;
    }
    const received = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const leave = (): void => void this.#returned.set(handle, offerAgainAfter(received));
    const listener = read.kind === 'item' ? this.#listenerFor(read.item) : null;
    if (read.kind !== 'item' || listener === null) return leave();
    this.#waiting += 1;
    const once = (settled: () => void): (() => void) => {
      let open = true;
      return () => {
        if (open) this.#waiting -= 1;
        if (open) settled();
        open = false;
      };
    };
    listener.put({
      item: read.item,
      taken: once(() => this.#done.push(handle)),
      giveBack: once(() => this.#returned.set(handle, 0)),
      leave: once(leave),
    });
  }

  /** Two watches of a cluster may live for a while: the later one goes on. */
  #listenerFor(item: T): Listener<T> | null {
    return [...this.#listeners].findLast((listener) => listener.wants(item)) ?? null;
  }

  /** Deletes what was taken, and gives back the rest. What fails comes again by itself. */
  async #settle(): Promise<void> {
    const done = this.#done.splice(0);
    const returned = [...this.#returned];
    this.#returned.clear();
    if (done.length === 0 && returned.length === 0) return;
    try {
      const QueueUrl = await this.#queueUrl();
      for (const handles of inBatches(done, BATCH)) {
        const Entries = handles.map((ReceiptHandle, i) => ({ Id: String(i), ReceiptHandle }));
        await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
      for (const some of inBatches(returned, BATCH)) {
        const Entries = some.map(([ReceiptHandle, VisibilityTimeout], i) => ({
          Id: String(i),
          ReceiptHandle,
          VisibilityTimeout,
        }));
        await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    } catch (error) {
      const detail = { queue: this.#queue, error: messageOf(error) };
      this.#warn('messages of a queue were not settled, and come again', detail);
    }
  }
}

/** Seconds: at once the first time, since who wants it may wait; then 2, 4, 8 and so on. */
export function offerAgainAfter(received: number): number {
  return received <= 1 ? 0 : Math.min(2 ** (received - 1), LONGEST_OFFER_SECONDS);
}
