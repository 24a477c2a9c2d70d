import { createHash } from 'node:crypto';
import { KubeError, type KubeApi } from './api.ts';
import type { EksSettings } from './settings.ts';

/**
 * Tells which teams have run jobs, as flotilla-os does: a ConfigMap `flotilla-team-<team>` for each. Never
 * in the way of a launch.
 */
export class TeamRegistry {
  readonly #api: KubeApi;
  readonly #settings: EksSettings;
  readonly #noted = new Set<string>();

  constructor(api: KubeApi, settings: EksSettings) {
    this.#api = api;
    this.#settings = settings;
  }

  async note(team: string | undefined): Promise<void> {
    if (!this.#settings.teamRegistry || team === undefined || team === '') return;
    if (this.#noted.has(team)) return;
    this.#noted.add(team);
    const path = `/api/v1/namespaces/${this.#settings.namespace}/configmaps`;
    try {
      await this.#api.json('POST', path, { body: configMap(team) });
    } catch (error) {
      const there = error instanceof KubeError && error.status === 409;
      if (!there) this.#noted.delete(team);
    }
  }
}

function configMap(team: string) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `flotilla-team-${slug(team)}`,
      labels: {
        'app.kubernetes.io/managed-by': 'flotilla',
        'flotilla.stitchfix.com/team-registry': 'true',
      },
    },
    data: { team },
  };
}

/** The team where that can be part of a name, else a hash of it. */
function slug(team: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/.test(team)) return team;
  return createHash('sha256').update(team).digest('hex').slice(0, 16);
}
