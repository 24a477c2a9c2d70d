import type { Schemas } from '../../client/client.ts';

type Run = Pick<Schemas['RunSummary'], 'run_id' | 'alias'>;

/** The engine and some of what follows, or what follows as far as behind its first dash. */
const BEGINS_ID = /^([a-z]+(-[a-z]+)?-[\da-f][\da-f-]*|[\da-f]{2}-[\da-f][\da-f-]*)$/;
const RUN_ID = /^[a-z]+(-[a-z]+)?-[\da-f]{2}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Runs whose id begins with a text, with or without its engine, or whose alias has it (pure). */
export function matchingRuns<T extends Run>(runs: readonly T[], text: string, most: number): T[] {
  const wanted = text.trim().toLowerCase();
  return runs
    .filter(({ run_id: id, alias }) => {
      if (wanted === '' || id.startsWith(wanted)) return true;
      const random = id.slice(id.indexOf('-') + 1);
      return random.startsWith(wanted) || (alias ?? '').toLowerCase().includes(wanted);
    })
    .slice(0, most);
}

/** Whether a text may be a part of an id, of a run that need not be among the last ones (pure). */
export function mayBeginId(text: string): boolean {
  return BEGINS_ID.test(text.trim().toLowerCase());
}

/** Those and others, each once, those first (pure). */
export function together<T extends Run>(some: readonly T[], more: readonly T[], most: number): T[] {
  const known = new Set(some.map(({ run_id: id }) => id));
  return [...some, ...more.filter(({ run_id: id }) => !known.has(id))].slice(0, most);
}

/** Whether a text is the whole of an id, of a run that need not be among the last ones (pure). */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text.trim());
}
