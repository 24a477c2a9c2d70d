import type { JobRef } from '../../domain/lifecycle/messages.ts';

const MODE = 'flotilla-run-mode';

/** What a job run is marked with, beside its name. */
export function tagsOf({ runId, attempt }: JobRef, mode: string): Record<string, string> {
  return {
    'flotilla-run-id': runId,
    'flotilla-run-attempt': String(attempt),
    [MODE]: tagValue(mode),
  };
}

/** Of another mode, it is for the Flotilla that runs in that; flotilla-os tagged nothing. */
export function isOfMode(tags: Record<string, string> | undefined, mode: string): boolean {
  const said = tags?.[MODE];
  return said === undefined || said === tagValue(mode);
}

/** AWS takes letters, digits, spaces and some signs. */
function tagValue(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_').slice(0, 256);
}
