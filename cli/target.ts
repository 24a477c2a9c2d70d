import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StackLock } from '../os/stack-lock.ts';
import { ApiClient } from './client.ts';
import { tokenFromEnvironment } from './credentials.ts';

const DEFAULT_URL = 'http://127.0.0.1:3000';

/** Adds the option that says which server a command talks to. */
export function withUrl(command: Command): Command {
  return command.option(
    '--url <url>',
    `the server (default: FLOTILLA_URL, the stack of this directory, or ${DEFAULT_URL})`,
  );
}

/** The server that a command means: the one named, the embedded stack of this directory, or the default. */
export function clientFor(options: { url?: string }): ApiClient {
  const named = options.url ?? process.env['FLOTILLA_URL'];
  if (named !== undefined && named !== '') return clientAt(named);
  const dir = resolve(process.env['DATA_DIR'] ?? '.flotilla');
  return clientAt(StackLock.holderOf(dir)?.url ?? DEFAULT_URL);
}

/** A client of a server, with the token of this environment. */
export function clientAt(url: string): ApiClient {
  return new ApiClient(url, tokenFromEnvironment());
}
