import type { RunRow } from '../../db/runs.ts';
import { shownSpark } from '../../domain/spark.ts';

/** A run's Spark job on the wire, `{}` for other runs. Empty fields are left out, as Go does. */
export function sparkJson(run: RunRow): unknown {
  if (run.sparkExtension === null) return {};
  const shown = shownSpark(run.sparkExtension, {
    over: run.status === 'STOPPED',
    events: run.engine === 'eks' ? [] : (run.podEvents ?? []),
  });
  return pruned(shown);
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => pruned(item));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, field]) => [key, pruned(field)] as const)
    .filter(([, field]) => !isEmpty(field));
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}
