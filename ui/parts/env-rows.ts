import type { Schemas } from '../../client/client.ts';
import type { EnvLine } from './env-text.ts';

/** A row of the editor of an environment. */
export interface EnvRow {
  name: string;
  value: string;
  /** Where the value is, instead of here. */
  secret: { name: string; key: string; optional: boolean } | null;
}

export const EMPTY_ROW: EnvRow = { name: '', value: '', secret: null };

/** The variables of a definition or a template, as rows. */
export function rowsOf(env: Schemas['Definition']['env']): EnvRow[] {
  return env.map(({ name, value, secret }) => ({
    name,
    value,
    secret:
      secret === undefined
        ? null
        : { name: secret.name, key: secret.key, optional: secret.optional === true },
  }));
}

/** Rows as a definition or a template is sent them. */
export function variablesOf(rows: readonly EnvRow[]): NonNullable<Schemas['NewDefinition']['env']> {
  return rows.map(({ name, value, secret }) =>
    secret === null ? { name, value } : { name, secret: secretOf(secret) },
  );
}

function secretOf({ name, key, optional }: NonNullable<EnvRow['secret']>) {
  return optional ? { name, key, optional } : { name, key };
}

/** Rows that nobody has filled are no variables. */
export function withoutEmptyRows(rows: readonly EnvRow[]): EnvRow[] {
  return rows.filter(({ name, value, secret }) => name !== '' || value !== '' || secret !== null);
}

/** Rows with what was pasted: a name that is there already gets the new value in its place. */
export function withPasted(rows: readonly EnvRow[], pasted: readonly EnvLine[]): EnvRow[] {
  const values = new Map(pasted.map(({ name, value }) => [name, value]));
  const kept = withoutEmptyRows(rows).map((row) => {
    const value = values.get(row.name);
    if (value === undefined) return row;
    values.delete(row.name);
    return { ...row, value, secret: null };
  });
  return [...kept, ...[...values].map(([name, value]) => ({ name, value, secret: null }))];
}
