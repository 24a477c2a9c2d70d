import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  helm,
  KUBERNETES_DIR,
  manifestsOf,
  ofKind,
  renderedManifests,
  type Manifest,
} from '../support/chart.ts';
import { podsOf } from './pods.ts';
import { skipWithout } from './skip-without.ts';

const FILE = manifestsOf(readFileSync(join(KUBERNETES_DIR, 'rbac.yaml'), 'utf8'));
const answer = await helm();

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

function rulesOf(manifests: readonly Manifest[], kind: string): Rule[][] {
  return ofKind(manifests, kind).map((role) => role['rules'] as Rule[]);
}

function subjectsOf(manifests: readonly Manifest[], kind: string): unknown[] {
  return ofKind(manifests, kind).flatMap((binding) => binding['subjects']);
}

describe('rbac.yaml', () => {
  test('is applied to any namespace: no object names one', () => {
    expect(FILE.map(({ kind }) => kind)).toEqual([
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
    ]);
    expect(FILE.filter(({ metadata }) => metadata.namespace !== undefined)).toEqual([]);
  });

  test('allows no secrets, no wildcards, and no change of anything but jobs, pods and config maps', () => {
    const rules = [...rulesOf(FILE, 'Role'), ...rulesOf(FILE, 'ClusterRole')].flat();
    const all = rules.flatMap((rule) => [...rule.apiGroups, ...rule.resources, ...rule.verbs]);
    expect(all).not.toContain('*');
    expect(all).not.toContain('secrets');
    const changing = rules.flatMap(({ apiGroups, resources, verbs }) => {
      const changes = verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb));
      return changes.length === 0 ? [] : [[...apiGroups, ...resources, ...changes].join(' ')];
    });
    expect(changing).toEqual([
      'batch jobs create patch delete',
      ' pods delete',
      ' configmaps create',
    ]);
  });

  test('binds both roles to its account', () => {
    const refs = [...ofKind(FILE, 'RoleBinding'), ...ofKind(FILE, 'ClusterRoleBinding')].map(
      (binding) => binding['roleRef'],
    );
    expect(refs).toMatchObject([
      { kind: 'Role', name: 'flotilla' },
      { kind: 'ClusterRole', name: 'flotilla-nodes' },
    ]);
    expect(subjectsOf(FILE, 'RoleBinding')).toEqual([{ kind: 'ServiceAccount', name: 'flotilla' }]);
  });
});

describe('the chart', () => {
  beforeEach(({ skip }) => skipWithout(answer, skip));

  test('asks for the rules of rbac.yaml, in each namespace of jobs, and no others', async () => {
    const chart = await renderedManifests({ values: 'everything' });
    const [rules] = rulesOf(FILE, 'Role');
    expect(rulesOf(chart, 'Role')).toEqual([rules, rules]);
    expect(ofKind(chart, 'Role').map(({ metadata }) => metadata.namespace)).toEqual([
      'jobs-a',
      'jobs-b',
    ]);
    expect(rulesOf(chart, 'ClusterRole')).toEqual(rulesOf(FILE, 'ClusterRole'));
  });

  test('gives them to the account of its pods, wherever the release is', async () => {
    const chart = await renderedManifests({ values: 'everything', namespace: 'elsewhere' });
    const account = { kind: 'ServiceAccount', name: 'flotilla-account', namespace: 'elsewhere' };
    expect(subjectsOf(chart, 'RoleBinding')).toEqual([account, account]);
    expect(subjectsOf(chart, 'ClusterRoleBinding')).toEqual([account]);
    const [made] = ofKind(chart, 'ServiceAccount');
    expect(made?.metadata.name).toBe(account.name);
    const names = podsOf(chart).map(({ of, spec }) => [
      of,
      spec.serviceAccountName,
      spec.automountServiceAccountToken,
    ]);
    expect(names).toEqual([
      ['Deployment flotilla-server', 'flotilla-account', true],
      ['Deployment flotilla-worker', 'flotilla-account', true],
      ['Job flotilla-migrate', undefined, false],
    ]);
  });

  test('has its own names in the cluster and in namespaces of jobs, beside other releases', async () => {
    const namesIn = async (namespace: string) => {
      const chart = await renderedManifests({ values: 'everything', namespace });
      const outside = chart.filter(({ metadata }) => metadata.namespace !== namespace);
      return outside.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    };
    const [one, other] = [await namesIn('one'), await namesIn('other')];
    expect(one).toHaveLength(6);
    expect(one.filter((name) => other.includes(name) || / flotilla(-nodes)?$/.test(name))).toEqual(
      [],
    );
  });

  test('can leave nodes out, or all roles to somebody else', async () => {
    const roles = async (set: string) =>
      (await renderedManifests({ set: [set] })).map(({ kind }) => kind).filter(isOfRbac);
    expect(await roles('rbac.nodes=false')).toEqual(['Role', 'RoleBinding']);
    expect(await roles('rbac.create=false')).toEqual([]);
  });

  test('asks for nothing, and mounts no token, where no jobs run in its own cluster', async () => {
    const chart = await renderedManifests({ set: ['config.eks_in_cluster=null'] });
    expect(chart.map(({ kind }) => kind).filter(isOfRbac)).toEqual([]);
    expect(podsOf(chart).filter(({ spec }) => spec.automountServiceAccountToken)).toEqual([]);
  });
});

function isOfRbac(kind: string): boolean {
  return /Role/.test(kind);
}
