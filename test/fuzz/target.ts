import { vi } from 'vitest';
import { asleepEngine } from '../support/asleep-engine.ts';
import { startFlotilla, type RunJson, type TestFlotilla } from '../support/flotilla.ts';

/** Something of each kind, so that requests also reach what is there. */
export interface Target {
  flotilla: TestFlotilla;
  /** Existing values of path parameters, by name. */
  known: Record<string, readonly string[]>;
  /** What the server logged of requests that it answered with a 500, and its health if that is bad. */
  damage(): Promise<unknown[]>;
}

/** Server and worker on engines that launch nothing: what a fuzzer makes up is never executed. */
export async function startTarget(): Promise<Target> {
  const flotilla = await startFlotilla({
    defaultCluster: false,
    config: {
      eks_clusters: 'default, other',
      eks_cluster_default: 'default',
      worker_clusters: 'default,other',
      rate_limit_requests_per_second: 0,
    },
    engineFor: () => asleepEngine('eks'),
  });
  const definitions: string[] = [];
  const runs: string[] = [];
  const aliases: string[] = [];
  for (let i = 0; i < 3; i++) {
    const alias = await flotilla.define('true', {
      tags: [`tag-${i}`],
      env: [{ name: 'A', value: 'b' }],
    });
    const run: RunJson = await flotilla.execute(alias);
    const labelled: RunJson = await flotilla.execute(alias, {
      labels: { team: 'x' },
      tier: 'Tier2',
    });
    aliases.push(alias);
    definitions.push(run.definition_id);
    runs.push(run.run_id, labelled.run_id);
  }
  const [over = ''] = runs;
  await flotilla.api.json('POST', `/api/v8/runs/${over}/stop`);
  await flotilla.until(over, 'STOPPED');
  const cluster = { name: 'spare', status: 'active', allowed_tiers: [], capabilities: [] };
  await flotilla.api.json('POST', '/api/v6/clusters', cluster);
  const { clusters } = await flotilla.api.json<{ clusters: { cluster_id: string }[] }>(
    'GET',
    '/api/v8/clusters',
  );
  const { template } = await flotilla.api.json<{ template: { template_id: string } }>(
    'POST',
    '/api/v7/template',
    { template_name: 'known', schema: { type: 'object' }, command_template: 'true', image: 'i' },
  );
  const known = {
    definition_id: definitions,
    template_id: [template.template_id],
    template_name: ['known'],
    template_version: ['latest', '1'],
    run_id: runs,
    alias: aliases,
    cluster_id: clusters.map((one) => one.cluster_id),
    worker_type: ['retry', 'submit', 'status'],
    version: ['1'],
  };
  const errors = vi.spyOn(flotilla.log, 'error');
  const damage = async () => {
    const failed = errors.mock.calls.filter((call: unknown[]) => call.includes('a request failed'));
    const health = await fetch(`${flotilla.url}/api/v6/health`);
    return health.status === 200 ? failed : [...failed, `health is ${health.status}`];
  };
  return { flotilla, known, damage };
}
