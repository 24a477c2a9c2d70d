import { setTimeout as sleep } from 'node:timers/promises';
import { notFound } from '../../domain/errors.ts';
import type { Change, TailChunk } from '../../engines/engine.ts';
import { LocalEngine } from '../../engines/local/engine.ts';

const LOOK_MS = 50;

/**
 * A local engine as one whose cluster forgets: jobs are real, but their logs can only be tailed, and
 * are gone when the test says so. Its watch tells of every change, as that of a cluster does.
 */
export class TailedEngine extends LocalEngine {
  /** True once the pods are gone, and their logs with them. */
  forgetful = false;
  /** Readings begun, those from the start of a log among them. */
  readonly tails = { begun: 0, fromStart: 0 };

  override async *watch(signal: AbortSignal): AsyncGenerator<Change> {
    const seen = new Map<string, string>();
    while (!signal.aborted) {
      for (const job of (await this.list(null)).jobs) {
        if (seen.get(job.externalId) === job.phase) continue;
        yield { kind: 'job', job };
        seen.set(job.externalId, job.phase);
      }
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async *tail(
    externalId: string,
    cursor: string | null,
    { follow, signal }: { follow: boolean; signal: AbortSignal },
  ): AsyncGenerator<TailChunk> {
    this.tails.begun += 1;
    if (cursor === null) this.tails.fromStart += 1;
    let at = Number(cursor ?? 0);
    while (!signal.aborted) {
      if (this.forgetful) throw notFound('the pod is gone');
      // Asked before its log is read: what it wrote is there then.
      const job = await this.describe(externalId);
      for await (const bytes of super.logs(externalId, at)) {
        at += bytes.length;
        yield { bytes, cursor: String(at) };
      }
      if (!follow || job.kind !== 'found' || job.job.phase === 'STOPPED') return;
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  override logs(): AsyncIterable<Uint8Array> {
    throw notFound('this engine can only be tailed');
  }

  override logSize(): Promise<number | null> {
    return Promise.resolve(null);
  }

  override logFile(): never {
    throw notFound('this engine has no files');
  }
}
