import type { V1Pod } from '@kubernetes/client-node';
import type { Outcome } from '../../domain/outcome.ts';

/** What is remembered of an attempt while it is watched, by the uid of its Job: no objects. */
export interface Remembered {
  /** The last words on a pull of its image that failed. */
  pullError: string | null;
  host: string | null;
  /** Its end, as its pod told it. */
  outcome: Outcome | null;
  /** When its Job was deleted, and how far it had come then. */
  deleted: { at: Date; finished: boolean; evidence: string } | null;
  /** Whether flotilla-os made it, so that its pods do not say which attempt they are. */
  former: boolean;
}

/** Jobs at the most; the oldest are forgotten. */
const LIMIT = 20_000;

const NOTHING: Remembered = {
  pullError: null,
  host: null,
  outcome: null,
  deleted: null,
  former: false,
};

/** What only a witness knows: objects that are gone tell nothing. */
export class Memory {
  readonly #jobs = new Map<string, Remembered>();

  get(jobUid: string | null): Remembered | null {
    return jobUid === null ? null : (this.#jobs.get(jobUid) ?? null);
  }

  update(jobUid: string, change: Partial<Remembered>): void {
    const before = this.#jobs.get(jobUid);
    this.#jobs.delete(jobUid);
    this.#jobs.set(jobUid, {
      ...(before ?? NOTHING),
      ...change,
    });
    if (this.#jobs.size <= LIMIT) return;
    const [oldest] = this.#jobs.keys();
    if (oldest !== undefined) this.#jobs.delete(oldest);
  }

  forget(jobUid: string): void {
    this.#jobs.delete(jobUid);
  }
}

/** The kubelet's words on a failed pull, as a pod's status has them for a moment. */
export function pullErrorOf(pod: V1Pod): string | null {
  const waiting = (pod.status?.containerStatuses ?? []).map((one) => one.state?.waiting);
  const error = waiting.find((one) => one?.reason === 'ErrImagePull');
  return error?.message ?? null;
}
