import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../domain/errors.ts';
import { recordTrouble } from '../db/cluster-contact.ts';
import { listClusters, type ClusterRow } from '../db/clusters.ts';
import type { Engine } from '../engines/engine.ts';
import type { Logger } from '../telemetry/log.ts';
import { reporting } from './reporting-engine.ts';
import { serve, type Serving, type ServingDeps } from './serving.ts';
import { TurnKeeper } from './turns.ts';

export interface FleetDeps extends ServingDeps {
  log: Logger;
  /** Opens a cluster's engine; null when this process does not serve it. May throw: it is tried again. */
  openEngine(cluster: ClusterRow): Engine | null;
  /** Starts the watcher of a cluster unless it runs. */
  ensureWatcher(cluster: string): Promise<void>;
  /** Waits until the watcher of a cluster that is no longer known has ended, and sees to it that it does. */
  retireWatcher(cluster: string, signal: AbortSignal): Promise<void>;
  /** Seconds between looks at which clusters there are. */
  refreshSeconds: number;
}

/** A cluster, by what its engine was opened with. */
interface Member {
  key: string;
  serving: Serving;
}

/**
 * The clusters that this process serves, as they come, change and go in `cluster_state`. One that
 * cannot be opened is tried again at each look, and is nobody else's trouble.
 */
export class Fleet {
  /** Settles when all clusters have ended; rejects when a Temporal Worker of one failed. */
  readonly done: Promise<void>;
  readonly #deps: FleetDeps;
  readonly #first: Promise<void>;
  readonly #members = new Map<string, Member>();
  /** Clusters that are being opened or ended: they take their time without holding up others. */
  readonly #changing = new Map<string, Promise<void>>();
  /** What was last said of a cluster that cannot be served. */
  readonly #troubles = new Map<string, string>();
  readonly #turns: TurnKeeper;
  readonly #stopping = new AbortController();
  #failure: { error: unknown } | null = null;

  private constructor(deps: FleetDeps) {
    this.#deps = deps;
    this.#turns = new TurnKeeper(deps, (turns, error) => this.#fail(turns, error));
    this.#first = this.#look();
    this.done = this.#follow();
    // Rejections reach whoever awaits `done`.
    this.done.catch(() => undefined);
  }

  /** Serves the clusters that there are, and from then on those that there will be. */
  static async start(deps: FleetDeps): Promise<Fleet> {
    const fleet = new Fleet(deps);
    await fleet.#first;
    await Promise.all(fleet.#changing.values());
    return fleet;
  }

  /** Ends all clusters as one is ended. */
  stop(): void {
    this.#stopping.abort();
    for (const { serving } of this.#members.values()) serving.end();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    await this.#first;
    while (!signal.aborted) {
      await sleep(this.#deps.refreshSeconds * 1000, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
    await Promise.allSettled(this.#changing.values());
    this.stop();
    await Promise.allSettled([...this.#members.values()].map(({ serving }) => serving.done));
    await this.#turns.close();
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Compares what is served with what there is, and begins to change it. */
  async #look(): Promise<void> {
    try {
      const rows = new Map<string, ClusterRow>();
      for (const row of await listClusters(this.#deps.db)) {
        if (!rows.has(row.name)) rows.set(row.name, row);
      }
      const names = new Set([...rows.keys(), ...this.#members.keys()]);
      for (const name of names) this.#settle(name, rows.get(name) ?? null);
    } catch (error) {
      this.#deps.log.warn({ error: messageOf(error) }, 'cannot look which clusters there are');
    }
  }

  #settle(name: string, row: ClusterRow | null): void {
    if (this.#changing.has(name)) return;
    const change = this.#change(name, row)
      .catch((error: unknown) => this.#trouble(name, error))
      .finally(() => this.#changing.delete(name));
    this.#changing.set(name, change);
  }

  async #change(name: string, row: ClusterRow | null): Promise<void> {
    const member = this.#members.get(name);
    if (row !== null && member?.key === keyOf(row)) return;
    if (member !== undefined) await this.#end(name, member, row === null);
    if (row !== null && !this.#stopping.signal.aborted) await this.#begin(name, row);
  }

  async #begin(name: string, row: ClusterRow): Promise<void> {
    const opened = this.#deps.openEngine(row);
    if (opened === null) return;
    const engine = reporting(opened, (text) => this.#record(name, text));
    if (engine.turns !== undefined) {
      await this.#turns.keep(engine.turns).catch(async (error: unknown) => {
        await engine.close();
        throw error;
      });
    }
    const serving = await serve(this.#deps, name, engine);
    this.#members.set(name, { key: keyOf(row), serving });
    serving.done.catch((error: unknown) => this.#fail(name, error));
    this.#troubles.delete(name);
    this.#deps.log.info({ cluster: name, engine: engine.name }, 'serving a cluster');
    // It may have been told to stop meanwhile.
    if (this.#stopping.signal.aborted) serving.end();
    else await this.#deps.ensureWatcher(name);
  }

  async #end(name: string, { serving }: Member, gone: boolean): Promise<void> {
    this.#deps.log.info({ cluster: name }, `a cluster ${gone ? 'is gone' : 'changed'}`);
    try {
      if (gone) {
        // The watcher's last activities still need somebody who takes them.
        serving.handOver();
        await this.#deps.retireWatcher(name, this.#stopping.signal);
      }
    } finally {
      serving.end();
      await serving.done.catch(() => undefined);
      this.#members.delete(name);
    }
  }

  /** Says once, and keeps on record, why a cluster is not served as it should be. */
  async #trouble(name: string, error: unknown): Promise<void> {
    const text = messageOf(error);
    if (this.#troubles.get(name) !== text) {
      this.#deps.log.warn({ cluster: name, error: text }, 'a cluster cannot be served');
    }
    this.#troubles.set(name, text);
    await this.#record(name, text);
  }

  async #record(name: string, text: string): Promise<void> {
    try {
      await recordTrouble(this.#deps.db, name, text);
    } catch (error) {
      this.#deps.log.warn({ cluster: name, error: messageOf(error) }, 'a trouble is not on record');
    }
  }

  /** A Temporal Worker that fails is a failure of the process: another one takes over. */
  #fail(name: string, error: unknown): void {
    this.#deps.log.error({ cluster: name, error: messageOf(error) }, 'a worker failed');
    this.#failure ??= { error };
    this.stop();
  }
}

/** With what an engine is opened: when this changes it is opened anew. */
function keyOf(row: ClusterRow): string {
  const { engine, namespace, region, emrVirtualCluster, sparkServerUri } = row;
  return JSON.stringify([engine, namespace, region, emrVirtualCluster, sparkServerUri]);
}
