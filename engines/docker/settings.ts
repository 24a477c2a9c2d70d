/** How attempts are run on one daemon; conf/engine-keys.ts says what each key means. */
export interface DockerSettings {
  /** Name of the cluster's row, and the mode: containers of others on the same daemon are not ours. */
  cluster: string;
  mode: string;
  /** A network of the daemon, or `host` or `none`; null for the daemon's default. */
  network: string | null;
  pullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Directory of the client's `config.json`, which has the credentials of registries. */
  configDir: string;
  /** The daemon's socket on its own host, for definitions that need Docker; null where they may not. */
  socketMount: string | null;
  logDriver: 'local' | 'json-file';
  /** Whether a small init, of the daemon, is process 1. */
  init: boolean;
  /** Address of the host at which ports are published; null for not at all. */
  publishAddress: string | null;
  /** Finished containers whose outcome and log are stored are kept for so long, and no more than so many. */
  keepSeconds: number;
  keepContainers: number;
  /** Between two looks at what containers use; 0 for none. */
  usageSeconds: number;
  /** After which an image that cannot be fetched is left to another attempt. */
  imageUnreachableSeconds: number;
}
