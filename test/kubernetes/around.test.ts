import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { skipWithout } from '../deploy/skip-without.ts';
import { helm, renderedManifests } from '../support/chart.ts';
import { eventually } from '../support/eventually.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

const { cluster, flotilla } = sharedFlotilla({ config: { eks_usage_seconds: 1 } });

/** Made before the tests have a limit. */
const answer = await helm();

interface Attempts {
  attempts: { max_memory_used_mb: number | null; max_cpu_used_millicores: number | null }[];
}

test('what a job uses at most is with its attempt and its run', async ({ onTestFinished }) => {
  onTestFinished(() => cluster().setMetrics(null));
  await cluster().setMetrics({ eks: { cpu: '1m', memory: '1Mi' } });
  const run = await flotilla().run('sleep 30');
  await flotilla().until(run.run_id, 'RUNNING');
  const used = async (): Promise<Attempts['attempts'][number] | undefined> => {
    const path = `/api/v8/runs/${run.run_id}/attempts`;
    return (await flotilla().api.json<Attempts>('GET', path)).attempts[0];
  };
  await cluster().setMetrics({ [run.run_id]: { cpu: '250m', memory: '100Mi' } });
  await eventually('its peak is seen', async () => (await used())?.max_memory_used_mb === 105);
  await cluster().setMetrics({ [run.run_id]: { cpu: '300m', memory: '50Mi' } });
  await eventually(
    'its peak of cpu too',
    async () => (await used())?.max_cpu_used_millicores === 300,
  );
  await flotilla().api.json('POST', `/api/v8/runs/${run.run_id}/stop`);
  await flotilla().until(run.run_id, 'STOPPED');
  expect(await used()).toMatchObject({ max_memory_used_mb: 105, max_cpu_used_millicores: 300 });
  expect(await flotilla().get(run.run_id)).toMatchObject({
    max_memory_used: 105,
    max_cpu_used: 300,
  });
});

test('without metrics a run has no usage, and is none the worse', async () => {
  const run = await flotilla().run('true');
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await flotilla().get(run.run_id)).not.toHaveProperty('max_memory_used');
});

test('the cluster says its version and when it answered last', async () => {
  interface Clusters {
    clusters: { name: string; engine: string; version: string | null; reached_at: string | null }[];
  }
  const shown = await eventually('it was reached', async () => {
    const { clusters } = await flotilla().api.json<Clusters>('GET', '/api/v8/clusters');
    const one = clusters.find(({ name }) => name === cluster().context);
    return one?.reached_at == null ? null : one;
  });
  expect(shown).toMatchObject({ engine: 'eks', version: expect.stringMatching(/^v1\.\d+/) });
});

for (const values of ['least', 'everything'] as const) {
  test(`a real API server takes the Helm chart with values ${values}`, async ({ skip }) => {
    skipWithout(answer, skip);
    const manifests = await renderedManifests({ values });
    const spaces = new Set(manifests.flatMap(({ metadata }) => metadata.namespace ?? []));
    const made = [...spaces].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }));
    const asYaml = (objects: object[]): string =>
      objects.map((one) => stringify(one)).join('---\n');
    await cluster().kubectlWith(asYaml(made), 'apply', '-f', '-');
    const options = ['--dry-run=server', '--validate=strict', '-f', '-'];
    const said = await cluster().kubectlWith(asYaml(manifests), 'apply', ...options);
    expect(said.trim().split('\n')).toHaveLength(manifests.length);
  });
}
