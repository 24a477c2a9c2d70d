/** What the agent does to calls on their way. */
export interface SparkInterference {
  service: 'emr' | 'sqs' | 'events' | 's3';
  /** Such as `StartJobRun`; all of the service when absent. */
  operation?: string;
  kind:
    | 'unavailable'
    | 'throttled'
    | 'denied'
    | 'error'
    | 'lost'
    | 'answer-lost'
    | 'failed-after'
    | 'held';
  /** How many calls; all until it is cleared when absent. */
  times?: number;
  /** Of kind `error`. */
  code?: string;
  message?: string;
}

export interface SparkKnobs {
  /** Seconds in each state that a job run only passes through. */
  step_seconds: number;
  /** Seconds between SIGTERM and SIGKILL of a job that is cancelled. */
  grace_seconds: number;
  /** Seconds between the end of a cancelled job's processes and CANCELLED. */
  cancel_seconds: number;
  /** Seconds until a new job run is listed. */
  listed_after_seconds: number;
  /** Seconds for which a client token is known. */
  token_seconds: number;
  list_page: number;
  /** Seconds between two uploads of a log that grows. */
  upload_seconds: number;
  /** Seconds between the end of a job and the last upload of its log. */
  last_upload_seconds: number;
}

/** A job run that was accepted once. */
export interface JobRunRecord {
  id: string;
  name: string;
  clientToken: string;
  virtualClusterId: string;
  state: string;
  /** Programs begun: at most one. */
  starts: number;
  parameters: string;
  environment: Record<string, string>;
}

/** What a test asks of the agent itself. All throw an Error when the agent refuses. */
export class SparkControl {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Changes settings, and tells all. */
  settings(values: Partial<SparkKnobs> = {}): Promise<SparkKnobs> {
    return this.#ask('settings', values);
  }

  /** @returns what ends it, and lets go of calls that it holds */
  async interfere(interference: SparkInterference): Promise<() => Promise<void>> {
    const { id } = await this.#ask<{ id: number }>('interfere', interference);
    return () => this.#ask('clear', { id });
  }

  /** Ends all interference, and delivers events that were held. */
  async clear(): Promise<void> {
    await this.#ask('clear', {});
    await this.#ask('events', { held: false });
  }

  /** From now on EventBridge keeps events to itself. */
  holdEvents(): Promise<void> {
    return this.#ask('events', { held: true });
  }

  /** Delivers them, in their order. */
  releaseEvents(): Promise<void> {
    return this.#ask('events', { held: false });
  }

  /** An event of EMR with this detail. */
  event(detail: Record<string, string>): Promise<void> {
    return this.#ask('event', { detail });
  }

  /** Every job run that was ever accepted, in order. */
  jobs(): Promise<JobRunRecord[]> {
    return this.#ask('jobs', {});
  }

  /** EMR gives a job up. */
  fail(id: string, reason: string, details: string): Promise<void> {
    return this.#ask('fail', { id, reason, details });
  }

  /** When each operation was called, such as `emr.StartJobRun`, in Unix seconds; refused calls count. */
  calls(): Promise<Record<string, number[]>> {
    return this.#ask('calls', {});
  }

  async #ask<T>(name: string, body: object): Promise<T> {
    const response = await fetch(`${this.#endpoint}/flotilla-test/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the EMR of the tests, ${name}: ${JSON.stringify(answer)}`);
    return answer as T;
  }
}
