import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlotillaError } from '../../domain/errors.ts';
import type { SecretVariable } from '../../domain/environment.ts';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import type { LogTimes } from '../../domain/log-times.ts';
import type {
  AttemptSpec,
  Change,
  EndAnswer,
  EndRequest,
  Engine,
  EngineReader,
  Found,
  Job,
  JobPage,
  Notice,
} from '../engine.ts';
import { findCgroupRoot, removeCgroup, type CgroupRoot } from './cgroup.ts';
import { endAttempt } from './end.ts';
import { currentHost, type Host } from './host.ts';
import { inspect } from './inspect.ts';
import { cgroupName, launchSupervisor } from './launch.ts';
import { LOOK_MS, LogLooks, logTimesOf } from './log-times.ts';
import { readFrom, sizeOf } from './log.ts';
import { Layout, refOf, refOfMarker } from './paths.ts';
import { ProcessFinder } from './processes.ts';
import { purge } from './purge.ts';
import { localNotices } from './spec.ts';
import { watchEnds } from './watch.ts';

const PAGE_SIZE = 500;

/** Reads the logs of a local cluster's jobs from its data directory. */
export class LocalReader implements EngineReader {
  readonly name = 'local';
  protected readonly layout: Layout;
  readonly #notices: Notice[];

  constructor(dataDir: string, cgroups: CgroupRoot | null = findCgroupRoot()) {
    this.layout = new Layout(dataDir);
    this.#notices = localNotices(cgroups !== null);
  }

  logs(externalId: string, offset: number): AsyncIterable<Uint8Array> {
    return readFrom(this.layout.files(refOf(externalId)).log, offset);
  }

  logSize(externalId: string): Promise<number | null> {
    return Promise.resolve(sizeOf(this.layout.files(refOf(externalId)).log));
  }

  logTimes(externalId: string): Promise<LogTimes | null> {
    return Promise.resolve(logTimesOf(this.layout, this.layout.files(refOf(externalId))));
  }

  notices(): Notice[] {
    return this.#notices;
  }
}

/**
 * Runs jobs as processes of this host, each under a supervisor that outlives this service. One data
 * directory is one cluster. Full promises hold on Linux; docs/engines/local.md says what is missing
 * elsewhere.
 */
export class LocalEngine extends LocalReader implements Engine {
  readonly #cgroups: CgroupRoot | null;
  readonly #host: Host;
  readonly #finder: ProcessFinder;
  readonly #bash: string;
  readonly #script: string;
  #watches = 0;

  /** @throws FlotillaError `unavailable` when there is no bash */
  constructor(dataDir: string, host: Host = currentHost()) {
    const cgroups = findCgroupRoot();
    super(dataDir, cgroups);
    this.#cgroups = cgroups;
    this.#finder = new ProcessFinder((ref) => this.#cgroupOf(ref));
    this.#host = host;
    for (const dir of [this.layout.live, this.layout.spool, this.layout.runs]) {
      mkdirSync(dir, { recursive: true });
    }
    this.#bash = findBash();
    this.#script = installSupervisor(dataDir);
  }

  async launch(spec: AttemptSpec, signal: AbortSignal): Promise<Job> {
    signal.throwIfAborted();
    if (spec.secrets.length > 0) {
      const [{ variable }] = spec.secrets as [SecretVariable];
      throw new FlotillaError('rejected', `env ${variable}: engine local has no secrets`);
    }
    const launcher = {
      layout: this.layout,
      host: this.#host,
      cgroups: this.#cgroups,
      bash: this.#bash,
      supervisorScript: this.#script,
    };
    await launchSupervisor(launcher, spec, this.notices());
    const after = await this.find(spec);
    if (after.kind === 'found') return after.job;
    const reason = after.kind === 'absent' ? 'no supervisor claimed it' : after.reason;
    throw new FlotillaError('unavailable', `cannot launch: ${reason}`);
  }

  find(ref: JobRef): Promise<Found> {
    return inspect({ layout: this.layout, host: this.#host, finder: this.#finder }, ref);
  }

  async describe(externalId: string): Promise<Found> {
    return this.find(refOf(externalId));
  }

  async end(request: EndRequest): Promise<EndAnswer> {
    const context = { layout: this.layout, host: this.#host, finder: this.#finder };
    return endAttempt(context, request);
  }

  async list(cursor: string | null): Promise<JobPage> {
    const names = readdirSync(this.layout.live).toSorted();
    const rest = cursor === null ? names : names.filter((name) => name > cursor);
    const jobs: Job[] = [];
    for (const name of rest.slice(0, PAGE_SIZE)) {
      const ref = refOfMarker(name);
      const found = ref === null ? null : await this.find(ref);
      if (found?.kind === 'found') jobs.push(found.job);
    }
    return { jobs, next: rest.length > PAGE_SIZE ? (rest[PAGE_SIZE - 1] ?? null) : null };
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Change> {
    purge(this.layout, this.#watches++);
    const looks = new LogLooks(this.layout);
    const timer = setInterval(() => looks.look(), LOOK_MS);
    try {
      for await (const job of watchEnds(this.layout, (ref) => this.find(ref), signal)) {
        yield { kind: 'job', job };
      }
    } finally {
      clearInterval(timer);
    }
  }

  logFile(externalId: string): string {
    return this.layout.files(refOf(externalId)).log;
  }

  release(ref: JobRef): Promise<void> {
    const files = this.layout.files(ref);
    for (const path of [files.work, files.log, files.logTimes, files.command]) {
      rmSync(path, { recursive: true, force: true });
    }
    const cgroup = this.#cgroupOf(ref);
    if (cgroup !== null) removeCgroup(cgroup);
    // Last, because this is what lists the attempt.
    rmSync(files.live, { force: true });
    return Promise.resolve();
  }

  #cgroupOf(ref: JobRef): string | null {
    return this.#cgroups === null ? null : join(this.#cgroups.dir, cgroupName(ref));
  }

  probe(): Promise<string> {
    return Promise.resolve(`${release()} (${process.platform})`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function findBash(): string {
  const tried = ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash'];
  const onPath = (process.env['PATH'] ?? '').split(':').map((dir) => join(dir, 'bash'));
  const found = [...tried, ...onPath].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new FlotillaError('unavailable', 'engine local needs bash');
  return found;
}

/**
 * Puts the supervisor where a newer version of this service does not touch it: a shell reads its
 * script as it goes.
 */
function installSupervisor(dataDir: string): string {
  const source = readFileSync(fileURLToPath(new URL('./supervisor.sh', import.meta.url)), 'utf8');
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const path = join(dataDir, `supervisor-${digest}.sh`);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, source, { mode: 0o755 });
  renameSync(draft, path);
  return path;
}
