import { Command } from 'commander';
import { loadConfig, parseAddress } from '../conf/load.ts';
import { FlotillaError, required, rootMessage } from '../domain/errors.ts';
import { confDir } from './conf-dir.ts';
import { write } from './output.ts';

const TIMEOUT_MS = 5_000;
/** Addresses of all interfaces, which nobody can call. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** `flotilla health`: what an image's health check asks. */
export function healthCommand(): Command {
  return new Command('health')
    .description(
      'ask the server that this configuration makes, on this machine, whether it answers',
    )
    .argument('[conf]', 'directory with a config.yml; environment variables override it')
    .action(async (dir: string | undefined) => {
      const [address] = loadConfig({ dir: confDir(dir) }).http_server_listen_address;
      const { host, port } = parseAddress(required('http_server_listen_address', address));
      const url = `http://${EVERYWHERE[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;
      const answer = await ask(`${url}/api/v6/health`);
      if (!answer.ok) throw new FlotillaError('unavailable', `${url} answers ${answer.status}`);
      write(`${url} answers\n`);
    });
}

async function ask(url: string): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new FlotillaError('unavailable', `no answer from ${url} (${rootMessage(error)})`);
  }
}
