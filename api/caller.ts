import type { Caller } from '../domain/caller.ts';

/**
 * Who calls, as a proxy in front says: any header whose name contains `-email`, else one with
 * `-name`, as flotilla-os reads them.
 */
export function callerOf(headers: Headers): Caller {
  const named = (part: string): string | undefined =>
    [...headers].find(([name, value]) => name.includes(part) && value !== '')?.[1];
  return { name: named('-email') ?? named('-name') ?? null, via: 'api' };
}
