import { expect, test } from 'vitest';
import { attemptSpec, limitedTo, register } from '../support/attempt-spec.ts';
import { enginesOn } from '../support/docker/engines.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { eventually } from '../support/eventually.ts';

let docker: TestDocker;
const forever = new AbortController().signal;
useDocker((started) => void (docker = started), { ownNetwork: true });
const open = enginesOn(() => docker);

/** Where the daemon has published port 8080 of a container. */
async function publishedAt(container: string): Promise<string> {
  const found = JSON.parse(await docker.ask('GET', `/containers/${container}/json`)) as {
    NetworkSettings: { Ports: Record<string, { HostIp: string; HostPort: string }[] | null> };
  };
  const [at] = found.NetworkSettings.Ports['8080/tcp'] ?? [];
  return `${at?.HostIp}:${at?.HostPort}`;
}

test('two runs of one definition publish the same port, each at a place of its own', async () => {
  const engine = open({
    docker_network: undefined,
    docker_publish_address: '127.0.0.1',
  });
  const answer = (name: string): string =>
    `while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\n${name}' | busybox nc -l -p 8080 || true; done`;
  const jobs = ['one', 'two'].map((name) =>
    attemptSpec(answer(name), { image: docker.images.bash, ports: [8080], ...limitedTo(64) }),
  );
  const places: string[] = [];
  const told: string[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const change of engine.watch(stop.signal)) {
      if (change.kind === 'event') told.push(change.event.message);
    }
  })();
  for (const job of jobs) {
    const launched = await engine.launch(job, forever, register);
    places.push(await publishedAt(launched?.place?.container ?? ''));
  }
  expect(new Set(places).size).toBe(2);
  for (const [at, name] of ['one', 'two'].entries()) {
    expect(places[at]).toMatch(/^127\.0\.0\.1:\d+$/);
    const said = await eventually(`${name} answers`, () =>
      docker.inside('curl', ['-s', '-m', '2', `http://${places[at]}/`]).catch(() => null),
    );
    expect(said).toBe(name);
    expect(told).toContain(`container started; 8080/tcp at ${places[at]}`);
  }
  stop.abort();
  await watching;
  for (const job of jobs) {
    await engine.end({ ref: job, externalId: null, graceSeconds: 0, signal: forever });
  }
});
