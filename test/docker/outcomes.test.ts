import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttemptSpec, Change, Job, Tell } from '../../engines/engine.ts';
import type { DockerEngine } from '../../engines/docker/engine.ts';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { enginesOn } from '../support/docker/engines.ts';
import { LOGIN, type TestRegistry } from '../support/docker/registry.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';

const forever = new AbortController().signal;

describe('engine docker', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started));
  const open = enginesOn(() => docker);
  const spec = (command: string, more: Partial<AttemptSpec> = {}): AttemptSpec =>
    attemptSpec(command, { image: docker.images.bash, ...limitedTo(64), ...more });
  const launch = async (engine: DockerEngine, job: AttemptSpec, tell?: Tell): Promise<Job> => {
    const launched = await engine.launch(job, forever, register, tell);
    if (launched === null) throw new Error('the launch was withdrawn');
    return launched;
  };
  const over = (engine: DockerEngine, { externalId }: Job): Promise<Job> =>
    eventually('the job is over', async () => {
      const found = await engine.describe(externalId);
      return found.kind === 'found' && found.job.phase === 'STOPPED' ? found.job : null;
    });
  /** What became of a launch that is to fail. */
  const failure = (engine: DockerEngine, job: AttemptSpec): Promise<unknown> =>
    engine.launch(job, forever, register).then(
      () => 'launched',
      (error: unknown) => error,
    );

  describe('says how a job ended', () => {
    test('that the kernel killed for its memory', async () => {
      const engine = open();
      const job = spec('exec head -c 64000000 /dev/zero | tail', limitedTo(16));
      expect(await over(engine, await launch(engine, job))).toMatchObject({
        outcome: { exitCode: 137, reason: 'OOMKilled', failure: 'oom' },
      });
    });

    test.each([true, false])('whose image has no bash (init: %s)', async (init) => {
      const engine = open({ docker_init: init });
      const job = spec('true', { image: docker.images.busybox });
      const error = await engine.launch(job, forever, register).catch((thrown: unknown) => thrown);
      const outcome = init
        ? (await over(engine, error as Job)).outcome
        : (error as { outcome: Job['outcome'] }).outcome;
      expect(outcome?.failure).toBe('start-error');
      expect(outcome?.reason).toContain('cannot start: the image has no bash');
    });

    test('that asks for a GPU where there is none', async () => {
      const { resources } = spec('true');
      const job = spec('true', { resources: { ...resources, gpu: 1 } });
      expect(await failure(open(), job)).toMatchObject({ outcome: { failure: 'start-error' } });
    });

    test('that ended with codes of its own that look like others', async () => {
      const engine = open();
      for (const code of [126, 127, 143, 255]) {
        const job = await over(engine, await launch(engine, spec(`exit ${code}`)));
        expect(job.outcome).toMatchObject({ exitCode: code, failure: 'app-exit' });
      }
    });
  });

  describe('pulls images', () => {
    let registry: TestRegistry;
    let locked: TestRegistry;
    let configDir: string;
    beforeAll(async () => {
      registry = await docker.startRegistry();
      locked = await docker.startRegistry({ login: true });
      configDir = mkdtempSync(join(tmpdir(), 'flotilla-docker-config-'));
      const auth = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
      const config = { auths: { [locked.address]: { auth } } };
      writeFileSync(join(configDir, 'config.json'), JSON.stringify(config));
    });
    afterAll(() => rmSync(configDir, { recursive: true }));

    test('that are not there yet, once for all who wait, and tells of it', async () => {
      const image = await registry.push(docker.images.bash, 'team/job:1');
      const engine = open();
      const told: string[] = [];
      const jobs = await Promise.all(
        [1, 2, 3].map((code) =>
          launch(engine, spec(`exit ${code}`, { image }), ({ message }) => told.push(message)),
        ),
      );
      for (const [at, job] of jobs.entries()) {
        expect((await over(engine, job)).outcome?.exitCode).toBe(at + 1);
      }
      expect(told).toContain(`pulling image ${image}`);
      expect(told.filter((text) => text.startsWith(`pulled image ${image} in `))).toHaveLength(3);
    });

    test('with credentials where the registry asks for them', async () => {
      const image = await locked.push(docker.images.bash, 'private/job:1');
      expect(await failure(open(), spec('true', { image }))).toMatchObject({
        outcome: { failure: 'image-permanent', evidence: expect.stringMatching(/auth/) as string },
      });
      const engine = open({ docker_config: configDir });
      const job = await launch(engine, spec('exit 4', { image }));
      expect((await over(engine, job)).outcome?.exitCode).toBe(4);
    });

    test('anew with policy Always, and never with Never', async () => {
      const image = await registry.push(docker.images.bash, 'team/always:1');
      await launch(open(), spec('true', { image }));
      const told: string[] = [];
      await launch(open({ docker_image_pull_policy: 'Always' }), spec('true', { image }), (event) =>
        told.push(event.reason),
      );
      expect(told).toEqual(['Pulling', 'Pulled']);
      const missing = spec('true', { image: `${registry.address}/team/never:1` });
      expect(await failure(open({ docker_image_pull_policy: 'Never' }), missing)).toMatchObject({
        outcome: { failure: 'image-permanent' },
      });
    });

    test.each([
      ['no such tag', () => `${registry.address}/team/job:missing`],
      ['no such repository', () => `${registry.address}/nobody/nothing:1`],
      ['no name at all', () => 'UPPER CASE'],
    ])('and takes %s for final, in the registry’s words', async (_, image) => {
      const error = await failure(open(), spec('true', { image: image() }));
      expect(error).toMatchObject({ outcome: { exitCode: null, failure: 'image-permanent' } });
      expect((error as { outcome: Job['outcome'] }).outcome?.reason).toContain(image());
    });

    test('and takes an image of another platform for none', async () => {
      const image = await registry.push(docker.images.bash, 'team/platform:1');
      const error = await failure(open(), spec('true', { image, arch: 'arm64' }));
      expect(error).toMatchObject({ outcome: { exitCode: null, failure: 'image-permanent' } });
      const job = await launch(open(), spec('exit 6', { image, arch: 'amd64' }));
      expect((await over(open(), job)).outcome?.exitCode).toBe(6);
    });

    test('and waits for a registry that is away, until that is too long', async () => {
      const image = '127.0.0.1:1/team/job:1';
      const engine = open({ docker_image_unreachable_seconds: 5 });
      const now = await failure(engine, spec('true', { image }));
      expect(now).toMatchObject({ code: 'unavailable' });
      expect(String(now)).toContain('connection refused');
      const askedAt = new Date(Date.now() - 6_000);
      expect(await failure(engine, spec('true', { image, askedAt }))).toMatchObject({
        outcome: {
          failure: 'image-transient',
          evidence: expect.stringContaining('connection refused') as string,
        },
      });
    });
  });

  test('gives the socket only where that is configured, and refuses clearly elsewhere', async () => {
    const needs = spec('[ -S /var/run/docker.sock ]', { requiresDocker: true });
    expect(await failure(open(), needs)).toMatchObject({
      code: 'invalid',
      field: 'requires_docker',
    });
    const engine = open({ docker_socket_mount: docker.socket });
    expect((await over(engine, await launch(engine, needs))).outcome?.exitCode).toBe(0);
    const plain = await launch(engine, spec('[ -S /var/run/docker.sock ]'));
    expect((await over(engine, plain)).outcome?.exitCode).toBe(1);
  });

  test('refuses variables from secrets, by name', async () => {
    const secrets = [{ variable: 'TOKEN', name: 's', key: 'k' }] as AttemptSpec['secrets'];
    expect(String(await failure(open(), spec('true', { secrets })))).toContain('env TOKEN');
  });

  test('limits cpu and memory without swap, and is not privileged', async () => {
    const engine = open();
    const { resources } = spec('true');
    const limits = { cpuMillicores: 250, cpuLimitMillicores: 500, memoryMb: 32, memoryLimitMb: 48 };
    const job = await launch(engine, spec('sleep 30', { resources: { ...resources, ...limits } }));
    const { HostConfig: host } = JSON.parse(
      await docker.ask('GET', `/containers/${job.place?.container}/json`),
    ) as { HostConfig: Record<string, unknown> };
    expect(host).toMatchObject({
      Memory: 48_000_000,
      MemorySwap: 48_000_000,
      MemoryReservation: 32_000_000,
      NanoCpus: 500_000_000,
      CpuShares: 256,
      Privileged: false,
    });
    await engine.end({ ref: job, externalId: job.externalId, graceSeconds: 0, signal: forever });
  });

  test('tells what jobs use while they run', async () => {
    const engine = open({ docker_usage_seconds: 1 });
    const busy = 'x=$(head -c 20000000 /dev/zero | tr "\\\\0" a); set +x; while true; do :; done';
    const job = await launch(engine, spec(`set +x; ${busy}`, limitedTo(256)));
    const stop = new AbortController();
    const usage = await first(engine.watch(stop.signal), (change) =>
      change.kind === 'usage' &&
      change.usage.ref.runId === job.runId &&
      change.usage.cpuMillicores > 300
        ? change.usage
        : null,
    );
    stop.abort();
    expect(usage.memoryMb).toBeGreaterThan(20);
    await engine.end({ ref: job, externalId: job.externalId, graceSeconds: 0, signal: forever });
  });

  describe('cleans up', () => {
    const containersOf = async (runId: string): Promise<string[]> => {
      const filters = JSON.stringify({ label: [`flotilla.run=${runId}`] });
      const path = `/containers/json?all=1&filters=${encodeURIComponent(filters)}`;
      return (JSON.parse(await docker.ask('GET', path)) as { Names: string[] }[]).map(
        ({ Names: [name = ''] }) => name,
      );
    };
    const watching = (engine: DockerEngine): { stop(): void } => {
      const stop = new AbortController();
      void first(engine.watch(stop.signal), () => null).catch(() => undefined);
      return { stop: () => stop.abort() };
    };

    test('what is released and old, and nothing else', async () => {
      const engine = open({ docker_keep_seconds: 0 });
      const [released, kept] = [
        await launch(engine, spec('true')),
        await launch(engine, spec('true')),
      ];
      await over(engine, released);
      await over(engine, kept);
      await engine.release(released);
      expect(await containersOf(released.runId)).toEqual([expect.stringMatching(/\.released$/)]);
      const watch = watching(engine);
      await expect.poll(() => containersOf(released.runId), { timeout: 20_000 }).toEqual([]);
      watch.stop();
      expect(await containersOf(kept.runId)).toHaveLength(1);
      await engine.release(kept);
    });

    test('the oldest of too many', async () => {
      const engine = open({ docker_keep_containers: 2 });
      const jobs: Job[] = [];
      for (let at = 0; at < 4; at += 1) {
        jobs.push(await over(engine, await launch(engine, spec('true'))));
        // Lists have whole seconds.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
      for (const job of jobs) await engine.release(job);
      const watch = watching(engine);
      const left = async (): Promise<string> => {
        const counts = jobs.map(async ({ runId }) => (await containersOf(runId)).length);
        return (await Promise.all(counts)).join();
      };
      await expect.poll(left, { timeout: 20_000 }).toBe('0,0,1,1');
      watch.stop();
    });

    test('an image that has lost its name, once no container has it', async () => {
      const registry = await docker.startRegistry();
      const image = await registry.push(docker.images.bash, 'team/moving:1');
      const engine = open({ docker_keep_seconds: 0, docker_image_pull_policy: 'Always' });
      const other = await docker.ask('POST', `/containers/create`, {
        body: { Image: docker.images.bash, Cmd: ['true'] },
      });
      const { Id: id } = JSON.parse(other) as { Id: string };
      const { Id: old } = JSON.parse(
        await docker.ask('POST', `/commit?container=${id}&repo=${image.replace(/:1$/, '')}&tag=1`),
      ) as { Id: string };
      const job = await launch(open(), spec('true', { image }));
      await over(engine, job);
      await launch(engine, spec('true', { image }));
      expect(await docker.ask('GET', `/images/${old}/json`)).toContain('"RepoTags":[]');
      await engine.release(job);
      const watch = watching(engine);
      await eventually('the old image is gone', () =>
        docker.ask('GET', `/images/${old}/json`).then(
          () => false,
          (error: unknown) => String(error).includes('404'),
        ),
      );
      watch.stop();
    });
  });
});

/** What the first change makes that makes something. */
async function first<T>(
  changes: AsyncIterable<Change>,
  pick: (change: Change) => T | null,
): Promise<T> {
  for await (const change of changes) {
    const picked = pick(change);
    if (picked !== null) return picked;
  }
  throw new Error('the watch ended');
}
