import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import type { DockerConfig } from '../../engines/docker/open.ts';
import { engineContract } from '../contract/engine-suite.ts';
import { limitedTo } from '../support/attempt-spec.ts';
import { enginesOn } from '../support/docker/engines.ts';
import { ContainerLedger } from '../support/docker/ledger.ts';
import { startPodman, type TestPodman } from '../support/docker/podman.ts';
import type { TestDocker } from '../support/docker/test-docker.ts';
import { useDocker } from '../support/docker/use-docker.ts';
import { findDocker } from '../support/provision/docker.ts';

/** The suite on a daemon, with a log driver of it. */
function contractOn(
  daemon: () => Pick<TestDocker, 'host' | 'images'>,
  driver: DockerConfig['docker_log_driver'],
): void {
  const ledger = new ContainerLedger();
  beforeAll(() => ledger.start());
  afterAll(() => ledger.stop());
  const open = enginesOn(daemon);
  engineContract(() => ({
    open: () => open({ docker_log_driver: driver }),
    ledger: () => ledger.lines(),
    note: (text) => ledger.note(text),
    spec: { image: daemon().images.bash, ...limitedTo(64) },
    bars: false,
  }));
}

describe.each(['local', 'json-file'] as const)(
  'engine docker does what every engine does, with log driver %s',
  (driver) => {
    let docker: TestDocker;
    useDocker((started) => void (docker = started));
    contractOn(() => docker, driver);
  },
);

describe('engine docker does what every engine does, on the socket of Podman', () => {
  const say = (text: string): unknown => process.stdout.write(`${text}\n`);
  const missing = findDocker(say, { fetch: process.env['CI'] === 'true', podman: true });
  let podman: TestPodman | null = null;
  beforeAll(async () => {
    if (missing === null) podman = await startPodman();
  });
  afterAll(() => podman?.stop());
  beforeEach(({ skip }) => {
    if (missing !== null) skip(missing.why);
  });
  contractOn(() => podman as TestPodman, 'json-file');
});
