/** A run's id in a table: its engine and the first of its random part, which tell it apart. */
export function shortId(runId: string): string {
  const [engine = '', ...rest] = runId.split('-');
  const random = rest.join('-').slice(0, 7);
  return random === '' ? engine.slice(0, 12) : `${engine}-${random}`;
}
