import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerOptions } from 'dockerode';
import { invalid, messageOf } from '../../domain/errors.ts';

/** Where a daemon is. */
export interface DaemonPlace {
  /** As in DOCKER_HOST: `unix:///path`, `tcp://host:port`, `http(s)://host:port`. */
  host: string;
  /** Directory of `ca.pem`, `cert.pem` and `key.pem`; with it `tcp` is TLS. */
  certPath: string | null;
}

/** The same for dockerode. @throws FlotillaError `invalid` for a place that is none */
export function optionsOf({ host, certPath }: DaemonPlace): DockerOptions {
  if (host.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  let url: URL;
  try {
    url = new URL(host);
  } catch (error) {
    throw invalid('docker_host', `docker_host: ${messageOf(error)}`);
  }
  if (!/^(tcp|https?):$/.test(url.protocol)) {
    throw invalid(
      'docker_host',
      `docker_host must be unix://, tcp://, http:// or https://: ${host}`,
    );
  }
  const tls = certPath !== null || url.protocol === 'https:';
  const pem = (name: string): Buffer => readFileSync(join(certPath ?? '', `${name}.pem`));
  return {
    host: url.hostname,
    port: url.port === '' ? (tls ? 2376 : 2375) : Number(url.port),
    protocol: tls ? 'https' : 'http',
    ...(certPath === null ? {} : { ca: pem('ca'), cert: pem('cert'), key: pem('key') }),
  };
}
