import { expect, test } from 'vitest';
import { sparkScheduling } from '../../../../engines/eks-spark/pools.ts';
import { planOf, submitParameters } from '../../../../engines/eks-spark/spec.ts';
import type { AttemptSpec } from '../../../../engines/engine.ts';
import { ROLE, RUN, SETTINGS, spec } from '../../../support/spark/spec.ts';

test('what EMR is asked is what flotilla-os asked', () => {
  const { request, templates, manifestKey } = planOf(spec(), SETTINGS);
  expect(request).toMatchObject({
    name: RUN,
    clientToken: RUN,
    virtualClusterId: 'vc1',
    executionRoleArn: ROLE,
    releaseLabel: 'emr-7.2.0-latest',
    jobDriver: {
      sparkSubmitJobDriver: {
        entryPoint: 's3://code/job.py',
        entryPointArguments: ['--day', 'today'],
      },
    },
    configurationOverrides: {
      monitoringConfiguration: {
        persistentAppUI: 'ENABLED',
        s3MonitoringConfiguration: { logUri: 's3://logs/emr' },
      },
    },
  });
  expect(request.jobDriver?.sparkSubmitJobDriver?.sparkSubmitParameters).toBe(
    ` --name ${RUN} --conf spark.executor.cores=4 --conf spark.executor.memory=120g` +
      ' --conf "spark.driver.extraJavaOptions=-Da=b -Dc=d"' +
      ` --conf spark.kubernetes.executor.podNamePrefix=${RUN}` +
      ' --conf spark.log4j.rootLogger=DEBUG --conf spark.log4j.rootCategory=DEBUG' +
      ' --class org.Main --files s3://a,s3://b --py-files s3://c --jars s3://d',
  );
  const [defaults, hive, emr] = request.configurationOverrides?.applicationConfiguration ?? [];
  expect(defaults).toMatchObject({
    classification: 'spark-defaults',
    properties: {
      'spark.kubernetes.driver.podTemplateFile': `s3://manifests/m/${RUN}/driver-template.yaml`,
      'spark.kubernetes.executor.podTemplateFile': `s3://manifests/m/${RUN}/executor-template.yaml`,
      'spark.kubernetes.container.image': 'spark:1',
      'spark.eventLog.dir': 's3://logs/events',
      'spark.default.parallelism': '8',
      'spark.sql.shuffle.partitions': '256',
    },
  });
  expect(hive?.properties).toEqual({ 'javax.jdo.option.ConnectionPassword': 'secret' });
  expect(emr?.properties).toEqual({ 'logging.request.memory': '1Gi' });
  expect(templates.map(({ key }) => key)).toEqual([
    `m/${RUN}/driver-template.yaml`,
    `m/${RUN}/executor-template.yaml`,
  ]);
  expect(manifestKey).toBe(`m/${RUN}/start-job-run-input.json`);
});

test('pods are made as in flotilla-os, the driver with more', () => {
  const [driver, executor] = planOf(spec(), SETTINGS).templates.map(({ pod }) => pod);
  expect(driver?.metadata).toMatchObject({
    annotations: { 'karpenter.sh/do-not-evict': 'true', 'flotilla-run-id': RUN },
    labels: { 'cluster-name': 'prod', 'flotilla-run-id': RUN, owner: 'ada', tier: '4' },
  });
  expect(driver?.spec).toMatchObject({
    terminationGracePeriodSeconds: 90,
    restartPolicy: 'Never',
    nodeSelector: { 'node.kubernetes.io/instance-type': 'm6i.large' },
    volumes: [{ name: 'shared-lib-volume', emptyDir: {} }],
    containers: [{ name: 'spark-kubernetes-driver', workingDir: '/var/lib/app' }],
    initContainers: [
      {
        name: `init-driver-${RUN}`,
        image: 'spark:1',
        command: ['bash', '-l', '-ce', 'echo $$HOME'],
      },
    ],
  });
  const secrets = (pod: typeof driver) =>
    pod?.spec?.containers[0]?.env?.filter(({ valueFrom }) => valueFrom !== undefined).length;
  expect([secrets(driver), secrets(executor)]).toEqual([6, 0]);
  expect(executor?.spec?.nodeSelector).toBeUndefined();
  expect(executor?.spec?.initContainers?.[0]?.command?.at(-1)).toBe('');
});

const required = (role: 'driver' | 'executor', more: Partial<AttemptSpec>) => {
  const { affinity, tolerations } = sparkScheduling(spec(more), role, SETTINGS);
  const [term] =
    affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return {
    nodes: term?.matchExpressions?.map(({ key, values }) => `${key} ${values?.join('|')}`),
    tolerations: tolerations.map(({ key, value }) => `${key}=${value}`),
  };
};
const SPOT = ['karpenter.sh/capacity-type spot|on-demand', 'kubernetes.io/arch amd64'];
const ON_DEMAND = ['karpenter.sh/capacity-type on-demand', 'kubernetes.io/arch amd64'];

test.each([
  ['driver', {}, [...ON_DEMAND, 'emr true'], ['emr=true']],
  ['executor', {}, [...SPOT, 'emr true'], ['emr=true']],
  ['executor', { nodeLifecycle: 'ondemand' }, [...ON_DEMAND, 'emr true'], ['emr=true']],
  ['executor', { labels: { team: 'data' } }, [...SPOT, 'team data'], ['emr=true', 'data=true']],
  [
    'executor',
    { labels: { team: 'data' }, capabilities: ['pool-sizing'] },
    [...SPOT, 'team data', 'flotilla-pool l'],
    ['emr=true', 'data=true', 'flotilla-pool=l'],
  ],
  [
    'driver',
    { labels: { team: 'data' }, capabilities: ['pool-sizing'] },
    [...ON_DEMAND, 'team data', 'flotilla-pool s'],
    ['emr=true', 'data=true', 'flotilla-pool=s'],
  ],
  [
    'executor',
    { capabilities: ['shared-pool'] },
    [...SPOT, 'flotilla-pool large'],
    ['emr=true', 'flotilla-pool=large'],
  ],
] as const)('%s of %j goes to %j', (role, more, nodes, tolerations) => {
  expect(required(role, more as Partial<AttemptSpec>)).toEqual({ nodes, tolerations });
});

test.each([
  [{ spark: null }, 'spark_extension is needed'],
  [{ spark: { emr_release_label: 'x' } }, 'entry_point must be specified'],
  [{ spark: { spark_submit_job_driver: { entry_point: 'x' } } }, 'emr_release_label must be'],
  [{ serviceAccount: 'other' }, 'service_account: emr_job_role_arn has no role'],
])('%j is refused for good', (more, text) => {
  const refused = expect.objectContaining({
    code: 'rejected',
    message: expect.stringContaining(text),
  });
  expect(() => planOf(spec(more), SETTINGS)).toThrow(refused as Error);
});

test('a role that the configuration lacks is waited for', () => {
  const settings = { ...SETTINGS, roles: {} };
  const away = expect.objectContaining({ code: 'unavailable' });
  expect(() => planOf(spec(), settings)).toThrow(away as Error);
});

test('quotes of a user stay', () => {
  const conf = [{ name: 'a', value: '"b c"' }];
  expect(submitParameters('n', { spark_submit_conf: conf })).toContain(' --conf a="b c"');
});
