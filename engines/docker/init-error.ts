import { timeLimit } from '../../domain/time-limit.ts';
import type { Inspected } from './daemon.ts';
import { framesOf } from './log-frames.ts';
import type { Cluster } from './view.ts';

/** Codes of a command that cannot be run, and that is not there; also a job's own. */
const CANNOT_RUN: ReadonlySet<number> = new Set([126, 127]);
/** tini is Docker's init, catatonit Podman's. */
const INIT_WORDS = /^\[FATAL tini \(\d+\)\] (.*)|^(?:ERROR \(catatonit:\d+\): )(.*)/;

/**
 * What the init of a container said that could not run the command: it starts, so the daemon has no
 * error to tell, and what it says is the log's first line. @throws DaemonError
 */
export async function initError(
  { daemon }: Pick<Cluster, 'daemon'>,
  { Id: id, State: state, HostConfig: host }: Inspected,
): Promise<string | null> {
  if (host.Init !== true || !CANNOT_RUN.has(state.ExitCode)) return null;
  const signal = timeLimit(10_000);
  const stream = await daemon.logs(id, { since: null, follow: false, signal });
  try {
    for await (const { bytes } of framesOf(stream)) {
      const match = INIT_WORDS.exec(bytes.toString('utf8').trim());
      return match === null ? null : (match[1] ?? match[2] ?? null);
    }
    return null;
  } finally {
    stream.destroy();
  }
}
