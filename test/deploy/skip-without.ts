import { expect } from 'vitest';
import type { Helm } from '../support/provision/helm.ts';

/** Skips a test where there is no Helm; under CI=true that is a failure. */
export function skipWithout(answer: Helm, skip: (why: string) => void): void {
  if ('path' in answer) return;
  if (process.env['CI'] === 'true') expect.fail(answer.why);
  skip(answer.why);
}
