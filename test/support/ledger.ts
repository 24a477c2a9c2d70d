import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file into which the jobs themselves write: evidence from outside of what really ran. */
export class Ledger {
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, 'ledger');
  }

  /** A command that writes a line: the text, the run and the attempt. */
  note(text: string): string {
    return `echo ${text} $FLOTILLA_RUN_ID $FLOTILLA_RUN_ATTEMPT >> ${this.#path}`;
  }

  /** The attempts of a run that wrote this text, in order. */
  attempts(text: string, runId: string): number[] {
    return this.lines()
      .map((line) => line.split(' '))
      .filter(([first, run]) => first === text && run === runId)
      .map(([, , attempt]) => Number(attempt));
  }

  lines(): string[] {
    if (!existsSync(this.#path)) return [];
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }
}
