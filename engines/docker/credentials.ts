import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FlotillaError, messageOf, systemCode } from '../../domain/errors.ts';

/** Docker Hub's own name among the credentials; image names leave it out. */
const HUB = 'https://index.docker.io/v1/';
const HELPER_MS = 10_000;

/** The parts of the client's `config.json` that have credentials. */
interface ClientConfig {
  auths?: Record<
    string,
    { auth?: string; identitytoken?: string; username?: string; password?: string }
  >;
  credsStore?: string;
  credHelpers?: Record<string, string>;
}

/** As the Engine API takes them (X-Registry-Auth). */
export interface RegistryAuth {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress: string;
}

/** The registry of an image's name (pure): its first part, if that looks like a host. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost ? first : HUB;
}

/**
 * Credentials for an image's registry, from the directory in which `docker login` puts them; also by the
 * helpers that it names (docker-credential-helpers). Read anew each time: they may be short-lived.
 * @returns null where there are none
 * @throws FlotillaError `unavailable` when they are there and cannot be read
 */
export async function credentialsFor(
  image: string,
  configDir: string,
): Promise<RegistryAuth | null> {
  const config = readConfig(join(configDir, 'config.json'));
  if (config === null) return null;
  const registry = registryOf(image);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper !== undefined && helper !== '') {
    const helped = await askHelper(helper, registry);
    if (helped !== null) return helped;
  }
  const known = Object.entries(config.auths ?? {}).find(
    ([name]) => hostOf(name) === hostOf(registry),
  );
  return known === undefined ? null : authOf(known[1], registry);
}

function readConfig(path: string): ClientConfig | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ClientConfig;
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw new FlotillaError(
      'unavailable',
      `cannot read credentials in ${path}: ${messageOf(error)}`,
    );
  }
}

/** Names of registries come with and without a scheme and a path. */
function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function authOf(
  entry: NonNullable<ClientConfig['auths']>[string],
  serveraddress: string,
): RegistryAuth | null {
  const { identitytoken } = entry;
  if (identitytoken !== undefined && identitytoken !== '') return { identitytoken, serveraddress };
  const pair = entry.auth === undefined ? '' : Buffer.from(entry.auth, 'base64').toString('utf8');
  const at = pair.indexOf(':');
  const username = entry.username ?? (at < 0 ? undefined : pair.slice(0, at));
  const password = entry.password ?? (at < 0 ? undefined : pair.slice(at + 1).replace(/\0+$/, ''));
  if (username === undefined || password === undefined) return null;
  return { username, password, serveraddress };
}

/** A helper that knows none says so with an exit code. */
function askHelper(helper: string, registry: string): Promise<RegistryAuth | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: HELPER_MS,
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.once('error', (error) =>
      reject(new FlotillaError('unavailable', `credential helper ${helper}: ${error.message}`)),
    );
    child.once('close', (code) => {
      if (code !== 0) return resolve(null);
      try {
        resolve(answerOf(out, registry));
      } catch (error) {
        const text = `credential helper ${helper} did not answer in JSON: ${messageOf(error)}`;
        reject(new FlotillaError('unavailable', text));
      }
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(registry);
  });
}

function answerOf(out: string, serveraddress: string): RegistryAuth {
  const { Username = '', Secret = '' } = JSON.parse(out) as { Username?: string; Secret?: string };
  return Username === '<token>'
    ? { identitytoken: Secret, serveraddress }
    : { username: Username, password: Secret, serveraddress };
}
