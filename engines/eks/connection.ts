import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { FlotillaError, messageOf } from '../../domain/errors.ts';
import { KubeApi } from './api.ts';

/** Where the credentials of clusters are looked for. */
export interface KubeSources {
  /** Directory of kubeconfigs, one for each cluster and named for it. */
  directory: string | null;
  /** Kubeconfigs whose contexts are clusters; null for KUBECONFIG, else ~/.kube/config. */
  kubeconfig: string | null;
  /** Name of the cluster in which this process itself runs, reached by its service account. */
  inCluster: string | null;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The API server of a cluster. Its name is that of a file in the directory, of the cluster that this
 * process runs in, or of a context: its own name, that of the context's cluster, or the last part of
 * either, as `aws eks update-kubeconfig` names contexts by ARN. Files are read again when the server
 * refuses the credentials.
 * @throws FlotillaError `unavailable` naming the places where nothing was found
 */
export function openApi(cluster: string, sources: KubeSources): KubeApi {
  return new KubeApi(() => credentials(cluster, sources));
}

/** @throws FlotillaError `unavailable` */
export function credentials(cluster: string, sources: KubeSources): KubeConfig {
  const tried: string[] = [];
  const own = fileOf(cluster, sources.directory, tried);
  if (own !== null) return ofFile(cluster, own);
  if (sources.inCluster === cluster) {
    if (existsSync(SERVICE_ACCOUNT)) return inCluster();
    tried.push('the service account of this process (there is none)');
  }
  for (const path of kubeconfigs(sources.kubeconfig)) {
    if (!existsSync(path)) {
      tried.push(`${path} (not there)`);
      continue;
    }
    const config = load(path);
    const context = contextOf(config, cluster);
    if (context !== null) return choose(config, context);
    const names = config.getContexts().map(({ name }) => name);
    tried.push(`${path} (contexts: ${names.join(', ') || 'none'})`);
  }
  throw new FlotillaError(
    'unavailable',
    `no credentials for cluster ${cluster}; looked in ${tried.join('; ') || 'no place'}`,
  );
}

function fileOf(cluster: string, directory: string | null, tried: string[]): string | null {
  if (directory === null) return null;
  const names = [cluster, `${cluster}.yaml`, `${cluster}.yml`, `${cluster}.conf`];
  // A cluster's name comes from callers, and must not lead out of the directory.
  const there = existsSync(directory) ? readdirSync(directory) : [];
  const name = names.find((one) => there.includes(one));
  if (name !== undefined) return join(directory, name);
  tried.push(join(directory, cluster));
  return null;
}

function kubeconfigs(said: string | null): string[] {
  const paths = said ?? process.env['KUBECONFIG'] ?? join(homedir(), '.kube', 'config');
  return paths.split(delimiter).filter((path) => path !== '' && !isDirectory(path));
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function load(path: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (error) {
    throw new FlotillaError('unavailable', `kubeconfig ${path}: ${messageOf(error)}`);
  }
  return config;
}

/** A cluster's own kubeconfig: the context of its name, else the current one, else the only one. */
function ofFile(cluster: string, path: string): KubeConfig {
  const config = load(path);
  const [only, ...more] = config.getContexts();
  const current = config.getCurrentContext() || (more.length === 0 ? only?.name : undefined);
  const context = contextOf(config, cluster) ?? current;
  if (context === undefined) {
    throw new FlotillaError('unavailable', `kubeconfig ${path}: it says no current-context`);
  }
  return choose(config, context);
}

function contextOf(config: KubeConfig, cluster: string): string | null {
  const contexts = config.getContexts();
  const last = (name: string): string => name.split('/').at(-1) ?? name;
  const found =
    contexts.find(({ name }) => name === cluster) ??
    contexts.find((one) => one.cluster === cluster) ??
    contexts.find(({ name }) => last(name) === cluster) ??
    contexts.find((one) => last(one.cluster) === cluster);
  return found?.name ?? null;
}

function choose(config: KubeConfig, context: string): KubeConfig {
  config.setCurrentContext(context);
  return config;
}

function inCluster(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  return config;
}
