import type { JobUsage } from './engine.ts';

/** The most that each job was seen to use, by what a watch has told so far. */
export class UsagePeaks {
  readonly #most = new Map<string, JobUsage>();

  /** Takes in what a job uses now. @returns its peak where that is news, else null */
  raise({ ref, ...usage }: JobUsage): JobUsage | null {
    const key = `${ref.runId} ${ref.attempt}`;
    const before = this.#most.get(key);
    const peak = {
      ref,
      memoryMb: Math.max(usage.memoryMb, before?.memoryMb ?? 0),
      cpuMillicores: Math.max(usage.cpuMillicores, before?.cpuMillicores ?? 0),
    };
    if (peak.memoryMb === before?.memoryMb && peak.cpuMillicores === before.cpuMillicores) {
      return null;
    }
    this.#most.set(key, peak);
    return peak;
  }
}
