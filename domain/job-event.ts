import type { JobRef } from './lifecycle/messages.ts';

/** Something that happened to a job on its cluster. */
export interface JobEvent {
  ref: JobRef;
  /** Identity of the event; one that is repeated keeps it and counts up. */
  uid: string;
  count: number;
  at: Date;
  /** `Normal` or `Warning`. */
  type: string;
  reason: string;
  source: string;
  message: string;
}
