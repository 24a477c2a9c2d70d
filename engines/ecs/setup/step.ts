/** What became of one thing that is to be there. */
export interface Step {
  done: 'created' | 'updated' | 'kept';
  /** Such as `queue flotilla-status`. */
  what: string;
  /** What was updated. */
  why?: string;
}

/** A step as a line; in a dry run, as what would be done. */
export function stepLine({ done, what, why }: Step, dryRun: boolean): string {
  if (done === 'kept') return `${what} is as it should be`;
  const verb = dryRun ? `would ${done === 'created' ? 'create' : 'update'}` : done;
  return `${verb} ${what}${why === undefined ? '' : `: ${why}`}`;
}
