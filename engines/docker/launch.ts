import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { FlotillaError } from '../../domain/errors.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { outcomeWith } from '../../domain/outcome.ts';
import { LaunchFailed, type AttemptSpec, type Job, type Register, type Tell } from '../engine.ts';
import type { Inspected } from './daemon.ts';
import { DaemonError, isStatus } from './errors.ts';
import { markAs } from './mark.ts';
import { externalIdOf, newName, parseName, plainName } from './names.ts';
import { isStarted, startWords } from './outcome.ts';
import { ensureImage, refuseUnfit, tagged } from './pull.ts';
import { containerOf, platformOf } from './spec.ts';
import { containersOf, jobOf, standsFor, type Cluster } from './view.ts';

/** Times that a launch begins anew because somebody else launches the same attempt. */
const TRIES = 120;
const AGAIN_MS = 100;
/** For so long since it was first seen, whoever made a container is believed to be about to start it. */
const YOUNG_MS = 5_000;
/** Docker's and runc's words for a command, a device or a user that is not there: no repetition helps. */
const CANNOT_START =
  /executable file not found|no such file or directory|permission denied|exec format error|not a directory|could not select device driver|unable to find user|unknown or invalid runtime|invalid mount|bind source path does not exist|exec user process caused/i;

export interface LaunchHands {
  signal: AbortSignal;
  register: Register;
  tell: Tell;
  cpus: number;
}

/**
 * Starts an attempt once, whoever else tries the same: the daemon starts a container again that is over,
 * and offers no way to start it only if nobody has. So each launch makes a container of its own, under a
 * name that nobody else uses, then looks for others of the attempt. One that was started is the job. One
 * that was not is renamed, so that whoever made it cannot start it any more; only then is the own one
 * started, by its name. See docs/adr/0017.
 * @returns null when `register` refused
 */
export async function launch(
  cluster: Cluster,
  spec: AttemptSpec,
  hands: LaunchHands,
): Promise<Job | null> {
  refuseUnfit(spec, cluster.settings);
  const seen = new Map<string, number>();
  for (let tries = 0; tries < TRIES; tries += 1) {
    hands.signal.throwIfAborted();
    const there = await settle(cluster, await containersOf(cluster, spec), seen);
    if (there === 'wait') {
      await sleep(AGAIN_MS, undefined, { signal: hands.signal });
      continue;
    }
    if (there !== null) return jobOf(cluster, spec, there);
    await ensureImage(cluster, spec, hands.signal, hands.tell);
    const answer = await attempt(cluster, spec, hands);
    if (answer !== 'again') return answer;
    await sleep(AGAIN_MS * Math.random(), undefined, { signal: hands.signal });
  }
  const text = `somebody else launches ${externalIdOf(spec)} again and again`;
  throw new FlotillaError('unavailable', text);
}

/** Makes a container and, if it is the only one, starts it. */
async function attempt(
  cluster: Cluster,
  spec: AttemptSpec,
  { signal, register, cpus }: LaunchHands,
): Promise<Job | null | 'again'> {
  const { daemon } = cluster;
  const name = newName(spec);
  const body = { ...containerOf(spec, cluster.settings, { cpus }), Image: tagged(spec.image) };
  const id = await create(cluster, name, body, spec);
  if (id === null) return 'again';
  const all = await containersOf(cluster, spec);
  const mine = all.find((one) => one.Id === id);
  if (mine === undefined) return 'again';
  const others = all.filter((one) => one !== mine);
  if (others.length > 0 && (await yields(cluster, mine, others))) {
    // By its name: one that was ended meanwhile may be all that bars the attempt.
    await daemon.remove(name);
    return 'again';
  }
  const { Env: _, ...told } = body;
  if (!(await register(externalIdOf(spec), stringify({ name, ...told })))) {
    await daemon.remove(name);
    return null;
  }
  signal.throwIfAborted();
  try {
    await daemon.start(name);
  } catch (error) {
    await notStarted(cluster, spec, id, error);
    return 'again';
  }
  const started = await daemon.inspect(id);
  if (started === null) throw new FlotillaError('unavailable', `container ${name} is gone`);
  return jobOf(cluster, spec, started);
}

/** Null when the image went away since it was seen. */
async function create(
  { daemon }: Cluster,
  name: string,
  body: Parameters<Cluster['daemon']['create']>[1],
  spec: AttemptSpec,
): Promise<string | null> {
  try {
    return await daemon.create(name, body, platformOf(spec.arch));
  } catch (error) {
    if (isStatus(error, 404) && /image/i.test((error as DaemonError).message)) return null;
    throw error;
  }
}

/**
 * True when another container goes first. Else none of the others can be started any more. Which goes
 * first is only a matter of who gives way: each looks after it has made its own, so of two that start at
 * once the later look sees both.
 */
async function yields(
  cluster: Cluster,
  mine: Inspected,
  others: readonly Inspected[],
): Promise<boolean> {
  if (others.some((one) => isStarted(one) || isOlder(one, mine))) return true;
  for (const other of others) {
    if (await wasStarted(cluster, other)) return true;
  }
  return false;
}

function isOlder(one: Inspected, than: Inspected): boolean {
  if (parseName(one.Name).mark !== null && !isStarted(one)) return false;
  return one.Created === than.Created ? one.Id < than.Id : one.Created < than.Created;
}

/**
 * What is there of an attempt before a launch: the container that stands for it, or null when there is
 * none that could run. `wait` while somebody may be about to start one.
 */
async function settle(
  cluster: Cluster,
  containers: readonly Inspected[],
  seen: Map<string, number>,
): Promise<Inspected | null | 'wait'> {
  const known = standsFor(containers);
  if (known === null) return null;
  if (isStarted(known) || parseName(known.Name).mark === 'ended') return known;
  const now = Date.now();
  for (const { Id: id } of containers) if (!seen.has(id)) seen.set(id, now);
  const isYoung = ({ Id: id, Name: name }: Inspected): boolean =>
    parseName(name).mark === null && now - (seen.get(id) ?? now) < YOUNG_MS;
  if (containers.some(isYoung)) return 'wait';
  for (const one of containers) {
    if (await wasStarted(cluster, one)) return 'wait';
  }
  return null;
}

/**
 * Takes the name away from a container, by which it could be started; false when it was not, and now never
 * will be. It stays: where the attempt is ended later, it is what bars it.
 */
async function wasStarted(cluster: Cluster, one: Inspected): Promise<boolean> {
  const isMarked = parseName(one.Name).mark !== null;
  const now = await (isMarked ? cluster.daemon.inspect(one.Id) : markAs(cluster, one, 'fenced'));
  if (now === null) return false;
  // One that somebody ended meanwhile stands for its attempt.
  return isStarted(now) || parseName(now.Name).mark === 'ended';
}

/**
 * The daemon did not start a container. @throws LaunchFailed where it never will; else what the daemon
 * said, unless somebody else has taken the container's name away
 */
async function notStarted(
  cluster: Cluster,
  ref: JobRef,
  id: string,
  error: unknown,
): Promise<void> {
  if (!(error instanceof DaemonError) || error.status === 0) throw error;
  const mine = await cluster.daemon.inspect(id);
  // The words alone do not tell: one whose network is another's that is gone is not found either.
  if (mine === null || parseName(mine.Name).mark !== null) return;
  if (await wasStarted(cluster, mine)) return;
  // One is enough as a place for a bar, however often this happens.
  for (const other of await containersOf(cluster, ref)) {
    if (other.Id !== id && parseName(other.Name).mark === 'fenced' && !isStarted(other)) {
      await cluster.daemon.remove(plainName(other.Name));
    }
  }
  if (!CANNOT_START.test(error.message)) throw error;
  const reason = `cannot start: ${startWords(error.message)}`;
  throw new LaunchFailed(outcomeWith({ reason, failure: 'start-error', evidence: error.message }));
}
