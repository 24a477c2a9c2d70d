import { execFile, execFileSync, type ExecFileException } from 'node:child_process';

const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs a program to its end; gives its output, or throws with what it said on standard error. */
export function run(
  program: string,
  args: string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const done = (error: ExecFileException | null, stdout: string, stderr: string): void => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    };
    const child = execFile(program, args, { env, encoding: 'utf8', maxBuffer: MOST_OUTPUT }, done);
    // One that ends without having read says why itself.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

export function runSync(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

export async function succeeds(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch {
    return false;
  }
}
