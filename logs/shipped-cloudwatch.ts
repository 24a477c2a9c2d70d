import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateDescribeLogStreams,
  type GetLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientSettings, isNamed, unavailable, type AwsPlace } from '../aws/client.ts';
import { jobBytes } from './shipped-lines.ts';
import type { ShippedLogs, ShippedQuery } from './shipped.ts';

export interface ShippedGroup extends AwsPlace {
  logGroup: string;
}

/**
 * Logs that an agent ships to CloudWatch, a stream for each pod, which has its name. Where no pod is
 * on record, those that are named for the run.
 */
export class CloudWatchShippedLogs implements ShippedLogs {
  readonly #client: CloudWatchLogsClient;
  readonly #group: string;

  constructor(place: ShippedGroup) {
    this.#client = new CloudWatchLogsClient(clientSettings(place));
    this.#group = place.logGroup;
  }

  async read(query: ShippedQuery): Promise<AsyncIterable<Uint8Array> | null> {
    const streams = query.pod === null ? await this.#streamsOf(query.runId) : [query.pod];
    const found: AsyncIterable<Uint8Array>[] = [];
    for (const stream of streams) {
      const first = await this.#page(stream);
      if (first !== null) found.push(this.#rest(stream, first));
    }
    return found.length === 0 ? null : inTurn(found);
  }

  /** Streams whose name begins with the run's id, oldest first. */
  async #streamsOf(runId: string): Promise<string[]> {
    const found: { name: string; since: number }[] = [];
    const query = { logGroupName: this.#group, logStreamNamePrefix: runId };
    try {
      for await (const page of paginateDescribeLogStreams({ client: this.#client }, query)) {
        for (const { logStreamName: name, creationTime: since } of page.logStreams ?? []) {
          if (name !== undefined) found.push({ name, since: since ?? 0 });
        }
      }
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return [];
      throw unavailable(`cannot list streams of log group ${this.#group}`, error);
    }
    return found.toSorted((a, b) => a.since - b.since).map(({ name }) => name);
  }

  /** A page of events, oldest first; null when there is no such stream or group. */
  async #page(stream: string, token?: string): Promise<GetLogEventsCommandOutput | null> {
    const query = { logGroupName: this.#group, logStreamName: stream, startFromHead: true };
    const next = token === undefined ? {} : { nextToken: token };
    try {
      return await this.#client.send(new GetLogEventsCommand({ ...query, ...next }));
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return null;
      throw unavailable(`cannot read stream ${stream} of log group ${this.#group}`, error);
    }
  }

  /** A page may be empty and not the last: the end is where the token stays the same. */
  async *#rest(stream: string, first: GetLogEventsCommandOutput): AsyncGenerator<Uint8Array> {
    let page: GetLogEventsCommandOutput | null = first;
    let token: string | undefined;
    while (page !== null) {
      const bytes = (page.events ?? []).map(({ message }) => messageBytes(message ?? ''));
      if (bytes.length > 0) yield Buffer.concat(bytes);
      const next: string | undefined = page.nextForwardToken;
      if (next === undefined || next === token) return;
      token = next;
      page = await this.#page(stream, token);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

/** A message is a line without its newline. */
function messageBytes(message: string): Uint8Array {
  return jobBytes(Buffer.from(message)) ?? Buffer.from(message.replace(/\n?$/, '\n'));
}

async function* inTurn(parts: readonly AsyncIterable<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield* part;
}
