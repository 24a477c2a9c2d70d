import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import type { DockerOptions } from 'dockerode';
import { DaemonError } from './errors.ts';

/**
 * Returns when the daemon answers on a new connection. Not by dockerode: it prints an agent that is not the
 * common one, with all that hangs on it, for each request.
 * @throws DaemonError, or what the connection says
 */
export function greet(
  { socketPath, host, port, protocol, ca, cert, key }: DockerOptions,
  signal: AbortSignal,
): Promise<void> {
  const request = protocol === 'https' ? overHttps : overHttp;
  const where = socketPath === undefined ? { host, port, ca, cert, key } : { socketPath };
  return new Promise((resolve, reject) => {
    const asking = request({ ...where, path: '/_ping', agent: false, signal }, (answer) => {
      answer.resume();
      const { statusCode: status = 0 } = answer;
      if (status === 200) resolve();
      else reject(new DaemonError(status, 'the daemon does not answer a greeting'));
    });
    asking.once('error', reject);
    asking.end();
  });
}
