import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Schemas } from '../../client/client.ts';
import { eventually } from '../support/eventually.ts';
import { clusterFor } from '../support/kubernetes/attach.ts';
import { flotillaOn } from '../support/kubernetes/flotilla.ts';
import { untilSaid } from '../support/observe.ts';
import type { TestCluster } from '../support/kubernetes/test-cluster.ts';

/** The kubeconfig of an account that may do nothing yet. */
async function powerless(cluster: TestCluster, account: string, dir: string): Promise<string> {
  const where = ['--namespace', cluster.namespace];
  await cluster.kubectl('create', 'serviceaccount', account, ...where);
  const token = (await cluster.kubectl('create', 'token', account, ...where)).trim();
  const config = parse(readFileSync(cluster.restrictedKubeconfig, 'utf8')) as { users: object[] };
  const users = config.users.map((user) => ({ ...user, user: { token } }));
  const path = join(dir, 'powerless.yaml');
  writeFileSync(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}

test('without rights on the cluster a run waits and says why, and goes on once they are given', async (context) => {
  const cluster = clusterFor(context);
  const { namespace } = cluster;
  const account = 'powerless';
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-kubeconfig-'));
  const kubeconfig = await powerless(cluster, account, dir);
  const flotilla = await flotillaOn(cluster, { config: { eks_kubeconfig: kubeconfig } });
  context.onTestFinished(async () => {
    await flotilla.stop();
    rmSync(dir, { recursive: true });
    await cluster.kubectl('delete', 'serviceaccount', account, '--namespace', namespace);
    await cluster.kubectl('delete', 'rolebinding', account, '--namespace', namespace);
  });
  const run = await flotilla.run(cluster.ledger.noteAttempt('allowed'));
  const step = await untilSaid(flotilla, run.run_id, /forbidden/, 'QUEUED');
  expect(step.reason).toMatch(/powerless.*cannot (create|get) resource "jobs"/);
  const path = '/api/v8/clusters';
  await eventually('the cluster says what is wrong', async () => {
    const { clusters } = await flotilla.api.json<{ clusters: Schemas['Cluster'][] }>('GET', path);
    const own = clusters.find(({ name }) => name === cluster.context);
    return own?.last_error?.includes('forbidden');
  });
  const to = ['--role', 'flotilla', '--serviceaccount', `${namespace}:${account}`];
  await cluster.kubectl('create', 'rolebinding', account, ...to, '--namespace', namespace);
  expect(await flotilla.until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(cluster.ledger.attempts('allowed', run.run_id)).toEqual([1]);
});
