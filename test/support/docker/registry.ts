import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { choosePort } from '../../../dev/ports.ts';
import { eventually } from '../eventually.ts';
import type { Components } from '../linux/components.ts';
import { askDocker } from './api.ts';
import { pathsOf, surroundingsOf, type DockerFacts } from './facts.ts';

/** Who may pull from a registry that asks. */
export const LOGIN = { username: 'flotilla', password: 'open-sesame' } as const;
const LOGIN_HASH = '$2y$05$abcdefghijklmnopqrstuutXu9KzOt.1yBoZUeFWoT/914/JfszCO';
const READY_MS = 20_000;

/** A registry on loopback, which daemons talk to without TLS. */
export interface TestRegistry {
  /** Host and port, the first part of its images' names. */
  address: string;
  /**
   * Pushes an image that the daemon has, and makes the daemon forget the new name.
   * @param as its name in the registry, such as `private/job:1`
   * @returns the name to pull it by
   */
  push(image: string, as: string): Promise<string>;
}

/** @param login whether it gives images to `LOGIN` only */
export async function startRegistry(
  facts: DockerFacts,
  components: Components,
  { login = false }: { login?: boolean } = {},
): Promise<TestRegistry> {
  const address = `127.0.0.1:${await choosePort(0)}`;
  const name = `registry-${address.replace(/.*:/, '')}`;
  const config = join(facts.root, `${name}.yml`);
  writeFileSync(config, stringify(settingsOf(facts.root, name, address, login)));
  components.start(name, ['docker-registry', 'serve', config], surroundingsOf(facts));
  const answers = (): Promise<boolean> =>
    fetch(`http://${address}/v2/`).then(
      ({ status }) => status === (login ? 401 : 200),
      () => false,
    );
  await eventually(`${name} answers; see ${facts.root}/log`, answers, READY_MS);
  const socket = pathsOf(facts).socket;
  return { address, push: (image, as) => push(socket, image, `${address}/${as}`) };
}

function settingsOf(root: string, name: string, address: string, login: boolean): unknown {
  const path = join(root, `${name}.htpasswd`);
  if (login) writeFileSync(path, `${LOGIN.username}:${LOGIN_HASH}\n`);
  return {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(root, name) } },
    http: { addr: address },
    ...(login ? { auth: { htpasswd: { realm: 'tests', path } } } : {}),
  };
}

async function push(socket: string, image: string, reference: string): Promise<string> {
  const [, repo = '', tag = ''] = /^(.*):([^:/]+)$/.exec(reference) ?? [];
  if (tag === '') throw new Error(`${reference} has no tag`);
  const named = new URLSearchParams({ repo, tag });
  await askDocker(socket, 'POST', `/images/${image}/tag?${named.toString()}`);
  const headers = { 'x-registry-auth': Buffer.from(JSON.stringify(LOGIN)).toString('base64url') };
  await askDocker(socket, 'POST', `/images/${repo}/push?tag=${tag}`, { headers });
  await askDocker(socket, 'DELETE', `/images/${reference}`);
  return reference;
}
