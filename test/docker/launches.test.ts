import { afterAll, beforeAll, expect, test } from 'vitest';
import { FlotillaError } from '../../domain/errors.ts';
import type { DockerEngine } from '../../engines/docker/engine.ts';
import { marked, newName } from '../../engines/docker/names.ts';
import type { AttemptSpec, Job, Register } from '../../engines/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { enginesOn } from '../support/docker/engines.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import { containersFor, makeContainer } from '../support/docker/observe.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';

const forever = new AbortController().signal;
const ledger = new ContainerLedger();
let docker: TestDocker;
useDocker((started) => void (docker = started));
beforeAll(() => ledger.start());
afterAll(() => ledger.stop());
const open = enginesOn(() => docker);

function spec(command = `${ledger.noteAttempt('ran')}; exit 5`): AttemptSpec {
  return attemptSpec(command, { image: docker.images.bash, ...limitedTo(64) });
}

const runs = ({ runId }: AttemptSpec): number[] => ledger.attempts('ran', runId);

function over(engine: DockerEngine, job: AttemptSpec): Promise<Job> {
  return eventually('it is over', async () => {
    const found = await engine.find(job);
    return found.kind === 'found' && found.job.phase === 'STOPPED' ? found.job : null;
  });
}

const start = (name: string): Promise<string> => docker.ask('POST', `/containers/${name}/start`);

/** A register that stops a launcher right before its start, until it is told to go on. */
function halting(): { register: Register; reached: Promise<void>; goOn: () => void } {
  let reach = (): void => undefined;
  let goOn = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const gone = new Promise<void>((resolve) => (goOn = resolve));
  const halt: Register = async () => {
    reach();
    await gone;
    return true;
  };
  return { register: halt, reached, goOn: () => goOn() };
}

test('whose launcher died before its start runs once, and by its first name nothing starts any more', async () => {
  const job = spec();
  const first = newName(job);
  await makeContainer(docker, first, job);
  const engine = open();
  await engine.launch(job, forever, register);
  expect((await over(engine, job)).outcome).toMatchObject({ exitCode: 5 });
  // As the launcher does that was only frozen.
  await expect(start(first)).rejects.toThrow('404');
  const containers = await containersFor(docker, job.runId);
  expect(containers.filter(({ started }) => started)).toHaveLength(1);
  expect(containers.map(({ name }) => name)).toContain(marked(first, 'fenced'));
  expect(runs(job)).toEqual([1]);
});

test('whose launcher started it while another was about to fence it is adopted', async () => {
  const job = spec();
  const first = newName(job);
  await makeContainer(docker, first, job);
  const engine = open();
  const launching = engine.launch(job, forever, register);
  await start(first);
  expect(await launching).toMatchObject({ place: { container: first } });
  await over(engine, job);
  expect(await containersFor(docker, job.runId)).toHaveLength(1);
  expect(runs(job)).toEqual([1]);
});

test('whose launcher froze right before its start, and thaws when the job has ended, runs once', async () => {
  const job = spec();
  const [frozen, other] = [open(), open()];
  const halt = halting();
  const late = frozen.launch(job, forever, halt.register);
  await halt.reached;
  await other.launch(job, forever, register);
  await over(other, job);
  halt.goOn();
  expect(await late).toMatchObject({ phase: 'STOPPED', outcome: { exitCode: 5 } });
  expect(runs(job)).toEqual([1]);
  expect((await containersFor(docker, job.runId)).map(({ started }) => started)).toHaveLength(2);
});

test('whose launcher froze, and thaws when what the other left is released, runs once', async () => {
  const job = spec();
  const [frozen, other] = [open(), open()];
  const halt = halting();
  const late = frozen.launch(job, forever, halt.register);
  await halt.reached;
  await other.launch(job, forever, register);
  await over(other, job);
  await other.release(job);
  halt.goOn();
  expect(await late).toMatchObject({ phase: 'STOPPED', outcome: { exitCode: 5 } });
  expect(runs(job)).toEqual([1]);
});

test('that was ended while a launcher was about to start it never starts', async () => {
  const job = spec();
  const [frozen, other] = [open(), open()];
  const halt = halting();
  const late = frozen.launch(job, forever, halt.register);
  await halt.reached;
  const request = { ref: job, externalId: null, graceSeconds: 1, signal: forever };
  expect(await other.end(request)).toMatchObject({ kind: 'confirmed', own: false, job: null });
  halt.goOn();
  expect(await late).toMatchObject({ phase: 'STOPPED', alive: false });
  expect(await other.launch(job, forever, register)).toMatchObject({ phase: 'STOPPED' });
  expect(runs(job)).toEqual([]);
  const containers = await containersFor(docker, job.runId);
  expect(containers.map(({ started, name }) => [started, name.endsWith('.ended')])).toEqual([
    [false, true],
  ]);
});

test('that many launch at once is started once', async () => {
  const job = spec();
  const crowd = Array.from({ length: 20 }, () => open());
  const launched = await Promise.all(
    crowd.map((one) => one.launch(job, AbortSignal.timeout(60_000), register)),
  );
  expect(new Set(launched.map((one) => one?.place?.container)).size).toBe(1);
  const [engine = open()] = crowd;
  await over(engine, job);
  expect(runs(job)).toEqual([1]);
  const started = (await containersFor(docker, job.runId)).filter((one) => one.started);
  expect(started).toHaveLength(1);
});

test.each(['no-such-network', 'container:no-such-container'])(
  'that cannot start in network %s now leaves one container, fenced, and is tried again',
  async (network) => {
    const job = spec();
    const broken = open({ docker_network: network });
    for (let tries = 0; tries < 3; tries += 1) {
      const error: unknown = await broken
        .launch(job, forever, register)
        .catch((one: unknown) => one);
      expect(error).toBeInstanceOf(FlotillaError);
      expect(error).not.toMatchObject({ code: 'rejected' });
      expect((error as FlotillaError).message).toMatch(/no-such/);
      const containers = await containersFor(docker, job.runId);
      expect(containers.map(({ started, name }) => [started, name.endsWith('.fenced')])).toEqual([
        [false, true],
      ]);
    }
    const engine = open();
    await engine.launch(job, forever, register);
    expect((await over(engine, job)).outcome).toMatchObject({ exitCode: 5 });
    expect(runs(job)).toEqual([1]);
  },
);

test('whose daemon is killed right after it made the container runs once', async () => {
  const job = spec();
  const engine = open();
  const halt = halting();
  const late = engine.launch(job, forever, halt.register).catch((error: unknown) => error);
  await halt.reached;
  await docker.kill();
  halt.goOn();
  expect(await late).toMatchObject({ code: 'unavailable' });
  await docker.restart();
  await engine.launch(job, forever, register);
  await over(engine, job);
  expect(runs(job)).toEqual([1]);
});
