/**
 * Who calls, as a proxy in front claims: any header whose name contains `-email`, else one with
 * `-name`, as flotilla-os reads them.
 */
export function claimedName(headers: Headers): string | null {
  const named = (part: string): string | undefined =>
    [...headers].find(([name, value]) => name.includes(part) && value !== '')?.[1];
  return named('-email') ?? named('-name') ?? null;
}
