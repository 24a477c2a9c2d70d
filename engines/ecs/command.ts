/** As flotilla-os ran it: a login shell that ends at the first line that fails, and shows each. */
const FIRST_LINES = 'set -e\nset -x\n';

/** How a command is run. */
export function shellCommand(command: string): string[] {
  return ['bash', '-l', '-c', `${FIRST_LINES}${command}`];
}
