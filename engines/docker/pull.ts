import { FlotillaError, invalid } from '../../domain/errors.ts';
import { outcomeWith } from '../../domain/outcome.ts';
import { LaunchFailed, type AttemptSpec, type Tell } from '../engine.ts';
import { isRefusal } from '../image-words.ts';
import { credentialsFor } from './credentials.ts';
import type { Daemon } from './daemon.ts';
import { DaemonError, isStatus, toDaemonError } from './errors.ts';
import { jsonLines } from './json-lines.ts';
import type { DockerSettings } from './settings.ts';
import { platformOf } from './spec.ts';

/** Between two reports of how a pull goes on. */
const REPORT_MS = 2_000;
const MEGABYTE = 1_000_000;

/** Pulls that are under way: of one image there is one, whoever asks. */
export class Pulls {
  readonly #running = new Map<string, Pull>();

  get(key: string, start: (signal: AbortSignal) => Promise<void>): Pull {
    const running = this.#running.get(key);
    if (running !== undefined && !running.abandoned) return running;
    const pull = new Pull(start);
    this.#running.set(key, pull);
    const forget = (): void => {
      if (this.#running.get(key) === pull) this.#running.delete(key);
    };
    pull.done.then(forget, forget);
    return pull;
  }
}

/** Ends when nobody waits for it any more. */
class Pull {
  readonly done: Promise<void>;
  readonly #stop = new AbortController();
  #waiting = 0;

  constructor(start: (signal: AbortSignal) => Promise<void>) {
    this.done = start(this.#stop.signal);
  }

  get abandoned(): boolean {
    return this.#stop.signal.aborted;
  }

  async wait(signal: AbortSignal): Promise<void> {
    this.#waiting += 1;
    let leave = (): void => undefined;
    const gone = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
    });
    try {
      await Promise.race([this.done, gone]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#stop.abort();
    }
  }
}

export interface Puller {
  daemon: Daemon;
  settings: DockerSettings;
  pulls: Pulls;
}

/**
 * Sees to it that the daemon has the image of an attempt, as the policy says.
 * @throws LaunchFailed where the image is not there or not for us, or not to be had for too long;
 *   FlotillaError `unavailable` where it may be had later
 */
export async function ensureImage(
  puller: Puller,
  spec: AttemptSpec,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const { daemon, settings, pulls } = puller;
  const { pullPolicy } = settings;
  // It becomes part of a path; what is no name is said as the daemon says it.
  if (!/^[A-Za-z\d][\w.:/@-]*$/.test(spec.image) || spec.image.includes('..')) {
    throw refused(spec, 'invalid reference format');
  }
  const there = pullPolicy === 'Always' ? null : await platformThere(daemon, spec);
  if (fits(there, spec)) return;
  if (pullPolicy === 'Never') {
    const has = there === null ? 'does not have it' : `has it for ${there}`;
    throw refused(spec, `the daemon ${has}, and docker_image_pull_policy is Never`);
  }
  const key = `${spec.image} ${spec.arch ?? ''}`;
  const began = Date.now();
  tell({ type: 'Normal', reason: 'Pulling', message: `pulling image ${spec.image}` });
  try {
    await pulls.get(key, (stop) => fetchImage(puller, spec, stop, tell)).wait(signal);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    tell({
      type: 'Normal',
      reason: 'Pulled',
      message: `pulled image ${spec.image} in ${seconds} s`,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw pullFailure(puller, spec, error, tell);
  }
  // Where the registry has it for one platform only, some daemons pull that.
  const got = await platformThere(daemon, spec);
  if (got !== null && !fits(got, spec)) {
    throw refused(spec, `it is for ${got}, and ${spec.arch} was asked for`);
  }
}

/** True for the architecture that was asked for, and for any where none was. */
function fits(architecture: string | null, { arch }: AttemptSpec): boolean {
  return architecture !== null && (arch === null || arch === '' || architecture === arch);
}

/** The architecture of the image that the daemon has by that name; null where it has none. */
async function platformThere(daemon: Daemon, spec: AttemptSpec): Promise<string | null> {
  try {
    return (await daemon.image(spec.image))?.Architecture ?? null;
  } catch (error) {
    if (isStatus(error, 400)) throw refused(spec, (error as DaemonError).message);
    throw error;
  }
}

interface PullLine {
  id?: string;
  status?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
}

async function fetchImage(
  { daemon, settings }: Puller,
  spec: AttemptSpec,
  signal: AbortSignal,
  tell: Tell,
): Promise<void> {
  const auth = await credentialsFor(spec.image, settings.configDir);
  const platform = platformOf(spec.arch);
  const stream = await daemon.pull(tagged(spec.image), { platform, auth, signal });
  const layers = new Map<string, { current: number; total: number }>();
  let reported = Date.now();
  for await (const line of jsonLines(stream)) {
    const { id, status, error, progressDetail: at } = line as PullLine;
    if (error !== undefined) throw new DaemonError(500, error);
    if (id !== undefined && status === 'Downloading' && at?.total !== undefined) {
      layers.set(id, { current: at.current ?? 0, total: at.total });
    }
    if (layers.size > 0 && Date.now() - reported > REPORT_MS) {
      reported = Date.now();
      tell({
        type: 'Normal',
        reason: 'Pulling',
        message: progress(spec.image, [...layers.values()]),
      });
    }
  }
}

function progress(image: string, layers: readonly { current: number; total: number }[]): string {
  const sum = (of: 'current' | 'total'): number =>
    Math.round(layers.reduce((all, layer) => all + layer[of], 0) / MEGABYTE);
  return `pulling image ${image}: ${sum('current')} of ${sum('total')} MB`;
}

/** Without a tag the Engine API pulls all there are. */
export function tagged(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return image.includes('@') || last.includes(':') ? image : `${image}:latest`;
}

function pullFailure({ settings }: Puller, spec: AttemptSpec, error: unknown, tell: Tell): unknown {
  if (error instanceof FlotillaError) return error;
  const of = toDaemonError(error);
  const words = of.message;
  if (isStatus(of, 400, 403, 404) || isRefusal(words)) return refused(spec, words);
  tell({
    type: 'Warning',
    reason: 'PullFailed',
    message: `cannot pull image ${spec.image}: ${words}`,
  });
  const waited = Date.now() - spec.askedAt.getTime();
  if (of instanceof DaemonError && of.status === 0) return of;
  if (waited < settings.imageUnreachableSeconds * 1000) {
    const text = `the image cannot be fetched now, which is tried again: ${words}`;
    return new FlotillaError('unavailable', text, { cause: error });
  }
  const reason = `the image could not be fetched: ${words}`;
  return new LaunchFailed(outcomeWith({ reason, failure: 'image-transient', evidence: words }));
}

function refused(spec: AttemptSpec, words: string): LaunchFailed {
  const reason = `image ${spec.image} is not there, or not for us: ${words}`;
  return new LaunchFailed(outcomeWith({ reason, failure: 'image-permanent', evidence: words }));
}

/** Refuses what this engine cannot give, before anything is made. @throws FlotillaError `rejected`, `invalid` */
export function refuseUnfit(spec: AttemptSpec, settings: DockerSettings): void {
  const [secret] = spec.secrets;
  if (secret !== undefined) {
    throw new FlotillaError('rejected', `env ${secret.variable}: engine docker has no secrets`);
  }
  if (spec.requiresDocker && settings.socketMount === null) {
    throw invalid(
      'requires_docker',
      'requires_docker: this cluster gives no job the Docker socket (docker_socket_mount)',
    );
  }
}
