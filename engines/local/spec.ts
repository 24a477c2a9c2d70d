import type { Notice } from '../engine.ts';

const MINIMAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The command as flotilla-os hands it to bash on ECS, so that each line shows in the log and the
 * first failure ends the script (state/models.go, WrappedCommand).
 */
export function wrapCommand(command: string): string {
  return `\nset -e\nset -x\n\n${command}\n`;
}

/** The job's environment and what a shell cannot do without; nothing of the server's own. */
export function processEnvironment(
  environment: ReadonlyMap<string, string>,
  workDir: string,
): Record<string, string> {
  return { PATH: MINIMAL_PATH, HOME: workDir, ...Object.fromEntries(environment) };
}

/** What a run on this engine does not get, for its events, its log and the answer to its caller. */
export function localNotices(memoryLimited: boolean): Notice[] {
  const notices = [{ reason: 'ImageNotUsed', message: 'image not used: engine local' }];
  if (!memoryLimited) {
    notices.push({
      reason: 'MemoryNotLimited',
      message: 'memory not limited: no writable cgroup on this host',
    });
  }
  return notices;
}

/** First lines of a log: what the reader should know before the job's own output. */
export function logHeader(notices: readonly Notice[]): string {
  return notices.map((notice) => `[flotilla] ${notice.message}\n`).join('');
}
