import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canSignal, identify, isAlive } from '../../os/process.ts';
import { LOGIN } from '../support/docker/registry.ts';
import { mountsBelow } from '../support/docker/teardown.ts';
import { startDocker, type TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';

interface State {
  Status: string;
  Running: boolean;
  ExitCode: number;
  OOMKilled: boolean;
  Pid: number;
  Error: string;
}

async function launch(
  docker: TestDocker,
  command: string,
  host: Record<string, unknown> = {},
  image: string = docker.images.bash,
): Promise<string> {
  const body = { Image: image, Cmd: ['sh', '-c', command], HostConfig: host };
  const { Id } = JSON.parse(await docker.ask('POST', '/containers/create', { body })) as {
    Id: string;
  };
  await docker.ask('POST', `/containers/${Id}/start`);
  return Id;
}

async function stateOf(docker: TestDocker, id: string): Promise<State> {
  const found = JSON.parse(await docker.ask('GET', `/containers/${id}/json`)) as { State: State };
  return found.State;
}

function over(docker: TestDocker, id: string): Promise<State> {
  return eventually(`${id} ends`, async () => {
    const state = await stateOf(docker, id);
    return !state.Running && state;
  });
}

function logOf(docker: TestDocker, id: string): Promise<string> {
  return docker.ask('GET', `/containers/${id}/logs?stdout=1&stderr=1`, { pieces: true });
}

describe('a daemon', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started));

  test('runs containers, with their exit codes and logs', async () => {
    const id = await launch(docker, 'echo from "$0"; bash -c "exit 3"');
    expect(await over(docker, id)).toMatchObject({ Status: 'exited', ExitCode: 3 });
    expect(await logOf(docker, id)).toContain('from sh');
  });

  test('kills what needs more memory than its limit', async () => {
    const hungry = 'head -c 64000000 /dev/zero | tail';
    const id = await launch(docker, `exec ${hungry}`, { Memory: 16 * 1024 * 1024 });
    expect(await over(docker, id)).toMatchObject({ ExitCode: 137, OOMKilled: true });
  });

  test('pulls from a registry what was pushed there, and from one that asks with a login only', async () => {
    const open = await docker.startRegistry();
    const locked = await docker.startRegistry({ login: true });
    const images = [
      await open.push(docker.images.busybox, 'team/open:1'),
      await locked.push(docker.images.busybox, 'team/locked:1'),
    ];
    const pull = (image: string, headers: Record<string, string> = {}): Promise<string> =>
      docker.ask('POST', `/images/create?fromImage=${encodeURIComponent(image)}`, {
        headers,
      });
    const [fromOpen = '', fromLocked = ''] = images;
    await expect(launch(docker, 'true', {}, fromOpen)).rejects.toThrow('No such image');
    await pull(fromOpen);
    await expect(pull(fromLocked)).rejects.toThrow('no basic auth credentials');
    const login = Buffer.from(JSON.stringify(LOGIN)).toString('base64url');
    await pull(fromLocked, { 'x-registry-auth': login });
    for (const image of images)
      expect(await over(docker, await launch(docker, 'exit 5', {}, image))).toMatchObject({
        ExitCode: 5,
      });
  });

  test('knows how a container ended while it was away, killed -9', async () => {
    const id = await launch(docker, 'trap "exit 3" USR1; sleep 600 & wait');
    const { Pid } = await stateOf(docker, id);
    const killed = docker.pid;
    await docker.kill();
    await expect(docker.ask('GET', '/_ping')).rejects.toThrow(/ECONN/);
    expect(canSignal(Pid)).toBe(true);
    process.kill(Pid, 'SIGUSR1');
    const job = identify(Pid);
    await eventually('the job ends', () => job === null || !isAlive(job));
    await docker.restart();
    expect(docker.pid).not.toBe(killed);
    expect(await stateOf(docker, id)).toMatchObject({ Status: 'exited', ExitCode: 3, Error: '' });
  });

  test('ends its containers by TERM when it is started again after kill -9', async () => {
    const id = await launch(docker, 'trap "exit 7" TERM; sleep 600 & wait');
    await docker.kill();
    await docker.restart();
    expect(await stateOf(docker, id)).toMatchObject({ Status: 'exited', ExitCode: 7, Error: '' });
  });

  test('ends its containers by TERM when it is shut down', async () => {
    const id = await launch(docker, 'trap "exit 7" TERM; sleep 600 & wait');
    await docker.shutDown();
    await docker.restart();
    expect(await stateOf(docker, id)).toMatchObject({ Status: 'exited', ExitCode: 7, Error: '' });
  });
});

describe('a daemon with live-restore', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started), { liveRestore: true });

  test('finds its containers again after kill -9, with what they wrote and how they ended', async () => {
    const count = 'n=0; while [ $n -lt 40 ]; do n=$((n+1)); echo tick $n; sleep 0.1; done; exit 4';
    const id = await launch(docker, count);
    const ended = await launch(docker, 'sleep 0.5; exit 3');
    const before = await stateOf(docker, id);
    const job = identify((await stateOf(docker, ended)).Pid);
    await docker.kill();
    await eventually('the short one ends', () => job !== null && !isAlive(job));
    await docker.restart();
    expect(await stateOf(docker, ended)).toMatchObject({ Status: 'exited', ExitCode: 3 });
    expect(await stateOf(docker, id)).toMatchObject({ Running: true, Pid: before.Pid });
    expect(await over(docker, id)).toMatchObject({ ExitCode: 4 });
    const ticks = [...(await logOf(docker, id)).matchAll(/tick (\d+)/g)].map(([, at]) =>
      Number(at),
    );
    expect(ticks).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });

  test('leaves its containers alone when it is shut down', async () => {
    const id = await launch(docker, 'sleep 600');
    const { Pid } = await stateOf(docker, id);
    await docker.shutDown();
    expect(canSignal(Pid)).toBe(true);
    await docker.restart();
    expect(await stateOf(docker, id)).toMatchObject({ Running: true, Pid });
  });
});

describe('a daemon that is stopped', () => {
  let docker: TestDocker;
  useDocker((started) => void (docker = started));

  test('leaves nothing', async () => {
    const other = await startDocker();
    const id = await launch(other, 'sleep 600');
    const processes = [other.pid, (await stateOf(other, id)).Pid].map(identify);
    await other.startRegistry();
    expect(mountsBelow(other.facts.root)).not.toEqual([]);
    await other.stop();
    expect(mountsBelow(other.facts.root)).toEqual([]);
    expect(existsSync(other.facts.root)).toBe(false);
    expect(processes.map((one) => one !== null && isAlive(one))).toEqual([false, false]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(id);
    await docker.ask('GET', '/_ping');
  });
});
