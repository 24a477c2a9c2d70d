import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { literal } from '../../../../engines/eks/command.ts';
import { shellCommand } from '../../../../engines/shell-command.ts';
import type { EksSettings, Features } from '../../../../engines/eks/settings.ts';
import { describeFeatures, featuresOf } from '../../../../engines/eks/settings.ts';
import { buildJob } from '../../../../engines/eks/spec.ts';
import type { AttemptSpec } from '../../../../engines/engine.ts';
import { attemptSpec } from '../../../support/attempt-spec.ts';
import { FEATURES, SETTINGS } from './settings.ts';

function build(
  more: Partial<AttemptSpec> = {},
  settings: Partial<EksSettings> = {},
  features: Partial<Features> = {},
) {
  const spec = attemptSpec('echo $HOME', more);
  const of = { ...SETTINGS, ...settings };
  const job = buildJob(spec, of, { ...FEATURES, ...features });
  const pod = job.spec?.template.spec;
  return { spec, job, pod, main: pod?.containers[0], labels: job.metadata?.labels ?? {} };
}

test('a Job is made suspended and tries once', () => {
  const { job, pod, spec } = build();
  expect(job).toMatchObject({ metadata: { name: spec.runId, namespace: 'jobs' } });
  expect(job.spec).toMatchObject({ suspend: true, backoffLimit: 0 });
  expect(job.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  expect(pod).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 300 });
  const later = build({ runId: spec.runId, attempt: 3 });
  expect(later.job.metadata?.name).toBe(`${spec.runId}-3`);
  expect(later.main?.name).toBe(spec.runId);
});

test.each([
  [{ podFailurePolicy: false, podReplacementPolicy: false }, []],
  [{ podReplacementPolicy: false }, ['podFailurePolicy']],
  [{}, ['podReplacementPolicy', 'podFailurePolicy']],
])('a cluster that can do %j is asked for what it has', (features, there) => {
  const { job } = build({}, {}, features);
  const policies = Object.keys(job.spec ?? {}).filter((key) => /^pod.*Policy$/.test(key));
  expect(policies).toEqual(there);
});

test('labels say whose the job is, and nobody’s own can say otherwise', () => {
  const said = { 'flotilla-run-id': 'x', owner: 'Eve <eve@x>', 'a b': 'c', kube_task_name: 'W 1' };
  const { labels, spec } = build({ labels: said, owner: 'Ada', tier: '4', attempt: 2 });
  expect(labels).toMatchObject({
    'cluster-name': 'alpha',
    'flotilla-run-id': spec.runId,
    'flotilla-run-attempt': '2',
    'flotilla-run-mode': 'test',
    owner: 'eve_eve_x',
    tier: '4',
    kube_workflow: 'w_1',
    kube_task_name: 'w_1',
  });
  expect(labels).not.toHaveProperty('a b');
  const arn = 'arn:aws:eks:us-east-1:1:cluster/alpha';
  expect(build({}, { cluster: arn }).labels['cluster-name']).toMatch(/^[\w.-]+$/);
});

test('a job reserves and is limited to what it was given, in decimal megabytes', () => {
  const resources = {
    ...{ cpuMillicores: 250, cpuLimitMillicores: 500, memoryMb: 512, memoryLimitMb: 600 },
    ...{ gpu: 2, ephemeralStorageMb: 100 },
  };
  const { main, pod } = build({ resources });
  expect(main?.resources).toEqual({
    requests: { cpu: '250m', memory: '512M', 'ephemeral-storage': '100M', 'nvidia.com/gpu': '2' },
    limits: { cpu: '500m', memory: '600M', 'nvidia.com/gpu': '2' },
  });
  expect(pod?.volumes).toEqual([
    { name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
  ]);
  expect(build().main?.resources).toEqual({ requests: {}, limits: {} });
});

test('variables come as they were said, from secrets where the definition says so', () => {
  const environment = new Map([['A', '$(B) $$']]);
  const secrets = [
    { variable: 'A', name: 'db', key: 'k' },
    { variable: 'B', name: 'db', key: 'k', optional: true },
  ];
  const { main } = build({ environment, secrets }, { lakekeeperSecret: 'lake' });
  expect(main?.env?.slice(0, 2)).toEqual([
    { name: 'A', value: '$$(B) $$$$' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 'db', key: 'k', optional: true } } },
  ]);
  expect(main?.env?.slice(2).map(({ name }) => name)).toEqual([
    ...['OAUTH2_CLIENT_ID', 'OAUTH2_CLIENT_SECRET', 'OAUTH2_SERVER_URI'],
    ...['OAUTH2_SCOPE', 'CATALOG_URI', 'WAREHOUSE'],
  ]);
});

test.each([
  [null, undefined],
  [60, 960],
  [2 ** 31 - 1, 2 ** 31 - 1],
])('a deadline of %j s is the node’s after %j s', (deadlineSeconds, active) => {
  expect(build({ deadlineSeconds }).pod?.activeDeadlineSeconds).toBe(active);
});

test('what a cluster is configured with is in its pods, and nothing where nothing is said', () => {
  const { pod, main } = build(
    { requiresDocker: true, ports: [80] },
    {
      ...{ serviceAccount: 'jobs', imagePullSecrets: ['pull'], priorityClass: 'low' },
      ...{ podSecurityContext: { fsGroup: 1 }, securityContext: { runAsUser: 1 } },
    },
  );
  expect(pod).toMatchObject({
    ...{ serviceAccountName: 'jobs', imagePullSecrets: [{ name: 'pull' }] },
    ...{ priorityClassName: 'low', securityContext: { fsGroup: 1 } },
    volumes: [{ name: 'dockersock' }],
  });
  expect(main).toMatchObject({ securityContext: { runAsUser: 1 }, ports: [{ containerPort: 80 }] });
  const { pod: bare } = build({ requiresDocker: true }, { dockerSocket: false });
  for (const key of ['serviceAccountName', 'imagePullSecrets', 'priorityClassName', 'volumes']) {
    expect(bare).not.toHaveProperty(key);
  }
  expect(build({ serviceAccount: 'own' }, { serviceAccount: 'jobs' }).pod?.serviceAccountName).toBe(
    'own',
  );
});

/** What Kubernetes makes of a text (third_party/forked/golang/expansion). */
function expanded(text: string): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (_, next: string) =>
    next === '$' ? '$' : 'REPLACED',
  );
}

test('no text is changed by Kubernetes on its way to the job', () => {
  const unit = fc.constantFrom('$', '(', ')', 'A', ' ');
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      expect(expanded(literal(text))).toBe(text);
    }),
  );
});

test('a command of any length is the script that bash runs', () => {
  expect(shellCommand('ls')).toEqual(['bash', '-l', '-cex', 'ls']);
  const long = `x='${'é🚀'.repeat(60_000)}'\nset +x\necho \${#x}; exit 5`;
  const [program = '', ...args] = shellCommand(long);
  expect(Math.max(...args.map((one) => Buffer.byteLength(one)))).toBeLessThan(128 * 1024);
  expect(args.slice(3).join('')).toBe(long);
  const run = (): unknown => execFileSync(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  expect(run).toThrow(expect.objectContaining({ status: 5 }));
});

test.each([
  ['1', '25', [], 'auto', [false, false, false]],
  ['1', '26+', ['karpenter.sh'], 'auto', [true, false, true]],
  ['1', '29', ['karpenter.sh'], 'never', [true, true, false]],
  ['2', '0', [], 'always', [true, true, true]],
] as const)(
  'a cluster of version %s.%s with %j, karpenter %s',
  (major, minor, groups, said, can) => {
    const of = featuresOf({ major, minor, gitVersion: 'v' }, groups, said);
    expect([of.podFailurePolicy, of.podReplacementPolicy, of.karpenter]).toEqual(can);
  },
);

test('a cluster that is old says for what', () => {
  expect(describeFeatures(FEATURES)).toBe('v1.33.0');
  const old = { ...FEATURES, podFailurePolicy: false, podReplacementPolicy: false };
  expect(describeFeatures({ ...old, version: 'v1.25.1' })).toBe(
    'v1.25.1, too old for podFailurePolicy (1.26) and podReplacementPolicy (1.29)',
  );
});
