import { InvalidArgumentError } from 'commander';
import type { Run, Transition } from './client.ts';

/** Log bytes go to standard output, everything about the run to standard error. */
export function write(text: string): void {
  process.stdout.write(text);
}

export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function transitionLine(transition: Transition): string {
  const time = transition.at.slice(11, 23);
  const reason = transition.reason === null ? '' : `  ${transition.reason}`;
  const attempt = transition.attempt > 1 ? ` (attempt ${transition.attempt})` : '';
  return `${time}  ${transition.status}${attempt}${reason}`;
}

/** The one line that sums up a run that is over. */
export function endLine(run: Run): string {
  const code = run.exit_code === null ? 'no exit code' : `exit code ${run.exit_code}`;
  return run.exit_reason === null ? code : `${code}: ${run.exit_reason}`;
}

/** The exit code with which a command that followed a run ends: the job's, or 1 for none. */
export function exitCodeOf(run: Run): number {
  return run.exit_code === null ? 1 : run.exit_code & 0xff;
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The value of an option that counts. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** The values of an option that may be given again. */
export function several(text: string, others: string[] = []): string[] {
  return [...others, text];
}
