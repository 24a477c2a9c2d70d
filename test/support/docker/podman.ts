import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../eventually.ts';
import { run, succeeds } from '../linux/commands.ts';
import { Components } from '../linux/components.ts';
import { IMAGES, makeImages } from '../linux/images.ts';
import { keep } from '../linux/keep.ts';
import { askDocker } from './api.ts';
import { pathsOf, surroundingsOf, type DockerFacts } from './facts.ts';
import { tearDown } from './teardown.ts';

const READY_MS = 30_000;
/** Those that it would ask for may be more than this machine lets a process have. */
const CONF = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n';

/** Podman's socket, of which the Docker engine is a client like any other. */
export interface TestPodman {
  /** Its address as DOCKER_HOST has it. */
  host: string;
  images: typeof IMAGES;
  stop(): Promise<void>;
}

/** A Podman with storage of its own; needs root on Linux. runc also takes control groups of both versions. */
export async function startPodman(): Promise<TestPodman> {
  const root = mkdtempSync(join(tmpdir(), 'fp-'));
  const facts: DockerFacts = { root, id: `flotilla-${basename(root)}`, ownNetwork: false };
  const { data, exec, socket } = pathsOf(facts);
  const conf = join(root, 'containers.conf');
  writeFileSync(join(root, 'docker.json'), JSON.stringify(facts));
  writeFileSync(conf, CONF);
  keep(root, fileURLToPath(new URL('end-docker.ts', import.meta.url)));
  const options = ['--root', data, '--runroot', exec, '--storage-driver', 'overlay'];
  const how = ['--runtime', '/usr/sbin/runc', '--cgroup-manager', 'cgroupfs'];
  const podman = ['podman', ...options, ...how, '--events-backend', 'file'];
  const components = new Components(root);
  const stop = async (): Promise<void> => {
    await succeeds(run('podman', [...podman.slice(1), 'rm', '--all', '--force', '--time', '0']));
    await tearDown(facts);
  };
  try {
    const service = ['system', 'service', '--time', '0', `unix://${socket}`];
    const command = ['env', `CONTAINERS_CONF=${conf}`, ...podman, ...service];
    components.start('podman', command, surroundingsOf(facts));
    await eventually(
      'podman answers',
      () => succeeds(askDocker(socket, 'GET', '/_ping', { timeoutMs: 5_000 })),
      READY_MS,
    );
    for (const file of makeImages(root, Object.values(IMAGES))) {
      await askDocker(socket, 'POST', '/images/load', { file });
      rmSync(file);
    }
    return { host: `unix://${socket}`, images: IMAGES, stop };
  } catch (error) {
    const words = components.lastWords(/./);
    await stop();
    throw new Error(words, { cause: error });
  }
}
