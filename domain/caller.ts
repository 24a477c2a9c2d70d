/** Who asks. Every service function takes one, so that what is done can say by whom. */
export interface Caller {
  /** How the caller is named in records: an address, a name, or null when unknown. */
  readonly name: string | null;
  /** Where the request came in; `cli` is whoever holds the database itself. */
  readonly via: 'api' | 'cli' | 'system';
}

/** The service itself, when no person asked. */
export const SYSTEM: Caller = { name: 'flotilla', via: 'system' };
