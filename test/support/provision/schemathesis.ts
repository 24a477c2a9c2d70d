import { fileURLToPath } from 'node:url';
import { messageOf } from '../../../domain/errors.ts';
import { provisionPython } from './python.ts';

const PROGRAM = {
  name: 'Schemathesis',
  size: '30 MB',
  requirements: fileURLToPath(new URL('schemathesis.txt', import.meta.url)),
  check: ['-m', 'schemathesis.cli', '--version'],
};

export type Schemathesis =
  /** What to spawn, with its first arguments. */
  { command: [string, ...string[]] } | { why: string };

/** Schemathesis in a Python of its own, or why it cannot be had. */
export function findSchemathesis(say: (text: string) => void): Schemathesis {
  try {
    return { command: [provisionPython(PROGRAM, say), '-m', 'schemathesis.cli'] };
  } catch (error) {
    return { why: `Schemathesis cannot be had: ${messageOf(error)}` };
  }
}
