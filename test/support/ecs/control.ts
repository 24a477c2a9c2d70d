/** What the agent does to calls on their way; see test/support/ecs/README.md. */
export interface Interference {
  service: 'ecs' | 'sqs' | 'events' | 'logs' | 'ec2';
  /** Such as `RunTask`; all of the service when absent. */
  operation?: string;
  kind: 'unavailable' | 'throttled' | 'denied' | 'error' | 'lost' | 'answer-lost' | 'held';
  /** How many calls; all until it is cleared when absent. */
  times?: number;
  /** Of kind `error`. */
  code?: string;
  message?: string;
}

export interface EcsSettings {
  /** Seconds in each state that a task only passes through. */
  step_seconds: number;
  /** Seconds between SIGTERM and SIGKILL where a container names no `stopTimeout`. */
  stop_timeout_seconds: number;
  /** Seconds after which a stopped task is MISSING. */
  forget_seconds: number;
  /** Seconds until a new task is seen by ListTasks and DescribeTasks. */
  visible_after_seconds: number;
  /** Entries of a page of a list, at most 100. */
  list_page: number;
  /** Events of a page of GetLogEvents. */
  log_page: number;
  /** Seconds by which the fault `log-late` holds a log back. */
  log_late_seconds: number;
  /** Seconds from RUNNING to a fault of the host. */
  fault_after_seconds: number;
  /** Seconds for which a lost host is silent before EC2 says that it is terminated. */
  silent_seconds: number;
  /** What a host has, in CPU units and megabytes. */
  host_cpu: number;
  host_memory: number;
}

/** A task that was accepted once, also one that ECS has forgotten. */
export interface TaskRecord {
  taskArn: string;
  startedBy: string | null;
  clientToken: string | null;
  family: string;
  lastStatus: string;
  stopCode: string | null;
  stoppedReason: string | null;
  exitCodes: (number | null)[];
  /** Of EC2; null on Fargate. */
  instance: string | null;
  environment: Record<string, string>;
  /** Commands begun: at most one for each container. */
  starts: number;
  pids: number[];
  createdAt: string;
}

/** A host that joined a cluster. */
export interface HostRecord {
  containerInstanceArn: string;
  ec2InstanceId: string;
}

/** What a test asks of the agent itself. All throw an Error when the agent refuses. */
export class EcsControl {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** Changes settings, and tells all. */
  settings(values: Partial<EcsSettings> = {}): Promise<EcsSettings> {
    return this.#ask('settings', values);
  }

  /** @returns what ends it, and lets go of calls that it holds */
  async interfere(interference: Interference): Promise<() => Promise<void>> {
    const { id } = await this.#ask<{ id: number }>('interfere', interference);
    return () => this.#ask('clear', { id });
  }

  /** Ends all interference, and delivers events that were held. */
  async clear(): Promise<void> {
    await this.#ask('clear', {});
    await this.releaseEvents();
  }

  /** From now on EventBridge keeps events to itself. */
  holdEvents(): Promise<void> {
    return this.#ask('events', { held: true });
  }

  /** Delivers them, in their order. */
  releaseEvents(): Promise<void> {
    return this.#ask('events', { held: false });
  }

  /** Stopped tasks, all or those named, are MISSING from now on, and their client tokens free. */
  async forget(tasks?: readonly string[]): Promise<number> {
    const asked = tasks === undefined ? {} : { tasks };
    const { forgotten } = await this.#ask<{ forgotten: number }>('forget', asked);
    return forgotten;
  }

  /** Every task that was ever accepted, in order. */
  tasks(): Promise<TaskRecord[]> {
    return this.#ask('tasks', {});
  }

  /** When each operation was called, such as `ecs.RunTask`, in Unix seconds; refused calls count. */
  calls(): Promise<Record<string, number[]>> {
    return this.#ask('calls', {});
  }

  addHost(cluster: string): Promise<HostRecord> {
    return this.#ask('add-host', { cluster });
  }

  /** The agent of a host falls silent (`agentConnected: false`) or is heard again. */
  connectHost(instance: string, connected: boolean): Promise<void> {
    return this.#ask('connect-host', { instance, connected });
  }

  /** EC2 terminates a host: ECS deregisters it, and stops what ran there. */
  terminateHost(instance: string): Promise<void> {
    return this.#ask('terminate-host', { instance });
  }

  /** Spot takes the host of a task; `told`: the task has time to end, and tells its exit code. */
  interrupt(task: string, { told }: { told: boolean }): Promise<void> {
    return this.#ask('interrupt', { task, told });
  }

  /** Makes the two clusters. */
  prepare(asked: {
    ec2: string;
    fargate: string;
    spotProvider: string;
    hosts: number;
  }): Promise<{ subnet: string; securityGroup: string }> {
    return this.#ask('prepare', asked);
  }

  async #ask<T>(name: string, body: object): Promise<T> {
    const response = await fetch(`${this.#endpoint}/flotilla-test/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the ECS of the tests, ${name}: ${JSON.stringify(answer)}`);
    return answer as T;
  }
}
