import type { SQSClient } from '@aws-sdk/client-sqs';
import { QueueConsumer, type Message, type Warn } from './queue-consumer.ts';

/** The one consumer of each queue that the clusters of a region hear from in this process. */
export class QueueConsumers<T> {
  readonly #sqs: SQSClient;
  readonly #read: (body: string) => Message<T>;
  readonly #made = new Map<string, QueueConsumer<T>>();

  /** @param read what is in a message's body */
  constructor(sqs: SQSClient, read: (body: string) => Message<T>) {
    this.#sqs = sqs;
    this.#read = read;
  }

  of(queue: string, warn: Warn): QueueConsumer<T> {
    const consumer = this.#made.get(queue) ?? new QueueConsumer(this.#sqs, queue, this.#read, warn);
    this.#made.set(queue, consumer);
    return consumer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((consumer) => consumer.close()));
  }
}
