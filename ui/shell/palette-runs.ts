import type { Schemas } from '../../client/client.ts';

type Run = Pick<Schemas['RunSummary'], 'run_id' | 'alias'>;

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

/** Whether a text is the whole of an id, of a run that need not be among the last ones (pure). */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text.trim());
}
