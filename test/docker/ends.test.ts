import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Daemon } from '../../engines/docker/daemon.ts';
import { endAttempt } from '../../engines/docker/end.ts';
import type { DockerEngine } from '../../engines/docker/engine.ts';
import { markAs } from '../../engines/docker/mark.ts';
import { marked, newName } from '../../engines/docker/names.ts';
import { Outages } from '../../engines/docker/outages.ts';
import { Pulls } from '../../engines/docker/pull.ts';
import type { Cluster } from '../../engines/docker/view.ts';
import type { AttemptSpec, EndRequest, Register } from '../../engines/engine.ts';
import { attemptSpec, limitedTo } from '../support/attempt-spec.ts';
import { engineOn } from '../support/docker/engines.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import { containersFor, makeContainer } from '../support/docker/observe.ts';
import { settings } from '../support/docker/settings.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';

const forever = new AbortController().signal;
const ledger = new ContainerLedger();
let docker: TestDocker;
useDocker((started) => void (docker = started));
beforeAll(() => ledger.start());
afterAll(() => ledger.stop());

const spec = (command = 'sleep 600'): AttemptSpec =>
  attemptSpec(command, { image: docker.images.bash, ...limitedTo(64) });

const namesOf = async (job: AttemptSpec): Promise<string[]> =>
  (await containersFor(docker, job.runId)).map(({ name }) => name).toSorted();

/** Does something right before its first renaming, as another process does. */
class Overtaken extends Daemon {
  #meanwhile: (() => Promise<unknown>) | null;

  constructor(meanwhile: () => Promise<unknown>) {
    super({ host: docker.host, certPath: null });
    this.#meanwhile = meanwhile;
  }

  override async rename(idOrName: string, name: string): Promise<void> {
    const meanwhile = this.#meanwhile;
    this.#meanwhile = null;
    await meanwhile?.();
    await super.rename(idOrName, name);
  }
}

function clusterOf(daemon: Daemon): Cluster {
  const own = { ...settings, cluster: 'docker-test' };
  const outages = new Outages(daemon, own.cluster);
  return { daemon, settings: own, outages, pulls: new Pulls(), bootedAt: null };
}

const requestFor = (job: AttemptSpec, more: Partial<EndRequest> = {}): EndRequest => ({
  ref: job,
  externalId: null,
  graceSeconds: 0,
  signal: forever,
  ...more,
});

describe('what happens while an attempt is ended', () => {
  test('a container that a launcher has made since the first look is ended, too', async () => {
    const job = spec();
    const [first, second] = [newName(job), newName(job)];
    await makeContainer(docker, first, job);
    const daemon = new Overtaken(() => makeContainer(docker, second, job));
    const answer = await endAttempt(clusterOf(daemon), requestFor(job));
    expect(answer).toEqual({ kind: 'confirmed', own: false, job: null });
    expect(await namesOf(job)).toEqual(
      [first, second].map((one) => marked(one, 'ended')).toSorted(),
    );
  });

  test('the only container goes away and another comes: that one is ended', async () => {
    const job = spec();
    const [first, second] = [newName(job), newName(job)];
    await makeContainer(docker, first, job);
    const daemon = new Overtaken(async () => {
      await docker.ask('DELETE', `/containers/${first}`);
      await makeContainer(docker, second, job);
      await docker.ask('POST', `/containers/${second}/start`);
    });
    const answer = await endAttempt(clusterOf(daemon), requestFor(job));
    expect(answer).toMatchObject({ kind: 'confirmed', own: false, job: { phase: 'STOPPED' } });
    expect(await containersFor(docker, job.runId)).toMatchObject([
      { name: marked(second, 'ended'), running: false },
    ]);
  });

  test('the only container goes away: the attempt is barred on record', async () => {
    const job = spec();
    const first = newName(job);
    await makeContainer(docker, first, job);
    let bars = 0;
    const bar = async (): Promise<void> => void (bars += 1);
    const daemon = new Overtaken(() => docker.ask('DELETE', `/containers/${first}`));
    const answer = await endAttempt(clusterOf(daemon), requestFor(job, { bar }));
    expect(answer).toEqual({ kind: 'confirmed', own: false, job: null });
    expect(bars).toBe(1);
  });
});

describe('a container that was ended', () => {
  test('stays so for a launcher that looked before', async () => {
    const job = spec();
    const name = newName(job);
    await makeContainer(docker, name, job);
    const cluster = clusterOf(new Daemon({ host: docker.host, certPath: null }));
    const seen = await cluster.daemon.inspect(name);
    if (seen === null) throw new Error(`no container ${name}`);
    await markAs(cluster, seen, 'ended');
    expect(await markAs(cluster, seen, 'fenced')).toMatchObject({
      Name: `/${marked(name, 'ended')}`,
    });
    expect(await cluster.daemon.remove(name)).toBe(false);
    expect(await namesOf(job)).toEqual([marked(name, 'ended')]);
  });
});

test.for(Array.from({ length: 12 }, (_, at) => at + 1))(
  'many launch and end at once: it ends, and ran once at most (round %i)',
  async () => {
    const job = spec(`${ledger.noteAttempt('ran')}; sleep 600`);
    let isBarred = false;
    const register: Register = async () => !isBarred;
    const crowd: DockerEngine[] = Array.from({ length: 6 }, () => engineOn(docker));
    const launches = crowd.map((one) => one.launch(job, AbortSignal.timeout(60_000), register));
    const request = requestFor(job, { bar: async () => void (isBarred = true) });
    const ends = crowd.map(async (one) => {
      await eventually('there is something to end', async () => {
        const containers = await containersFor(docker, job.runId);
        return containers.length > 0;
      });
      return one.end(request);
    });
    const answers = await Promise.all(ends);
    expect(answers.map(({ kind }) => kind)).toEqual(crowd.map(() => 'confirmed'));
    await Promise.allSettled(launches);
    const containers = await containersFor(docker, job.runId);
    expect(containers.filter(({ running }) => running)).toEqual([]);
    expect(containers.filter(({ started }) => started).length).toBeLessThanOrEqual(1);
    expect(ledger.attempts('ran', job.runId).length).toBeLessThanOrEqual(1);
    await Promise.all(crowd.map((one) => one.close()));
  },
);
