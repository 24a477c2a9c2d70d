import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';

/** How a request was answered. */
export interface Answered {
  /** The route, such as `/api/v6/task/:definition_id`; null where there is none. */
  route: string | null;
  status: number;
}

/** What makes traces of requests, workflows and activities; there is none unless they are sent somewhere. */
export interface Traces {
  /** A span of a request, in the trace that its headers name. */
  request(
    method: string,
    path: string,
    headers: Headers,
    answer: () => Promise<Answered>,
  ): Promise<void>;
  /** Of clients of Temporal: the trace goes along with what they ask for. */
  client: WorkflowClientInterceptor;
  /** Of Temporal Workers. */
  activity: ActivityInterceptorsFactory;
  /** By which spans leave workflows. */
  sinks: NonNullable<WorkerOptions['sinks']>;
  /** Sends what is left. */
  close(): Promise<void>;
}
