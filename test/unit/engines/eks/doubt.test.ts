import type { V1Pod, V1PodCondition } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { doubtOf } from '../../../../engines/eks/jobs.ts';

const RUN = 'eks-6ec6-65ae-4225-b075-4f62751f543a';
const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

function pod(ready: Partial<V1PodCondition>, state: object, more: Partial<V1Pod> = {}): V1Pod {
  return {
    metadata: { name: `${RUN}-abcde` },
    spec: { containers: [{ name: RUN }], nodeName: 'node1' },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True', lastTransitionTime: at(0) },
        { type: 'Ready', status: 'False', ...ready },
      ],
      containerStatuses: [
        { name: RUN, state, image: '', imageID: '', ready: false, restartCount: 0 },
      ],
    },
    ...more,
  };
}

const running = { running: { startedAt: at(1) } };
const kubelets = { reason: 'ContainersNotReady' };

test.each([
  ['a pod that runs', pod({ status: 'True' }, running), null],
  ['one that the node controller turned over', pod({}, running), 'told'],
  [
    'one of which an older node controller says why',
    pod({ reason: 'NodeNotReady' }, running),
    'told',
  ],
  ['one whose kubelet says that it is not ready', pod(kubelets, running), null],
  ['one that waits', pod(kubelets, { waiting: { reason: 'ContainerCreating' } }), 'waiting'],
  ['one of which a kubelet has said nothing', pod(kubelets, {}), 'waiting'],
  ['one whose container has ended', pod(kubelets, { terminated: { exitCode: 0 } }), null],
  ['one that failed', pod({}, {}, { status: { phase: 'Failed' } }), null],
  ['one without a node', pod({}, {}, { spec: { containers: [] } }), null],
])('%s', (_name, it, doubt) => {
  expect(doubtOf(it, at(31))).toBe(doubt);
});

test('a container has half a minute to start before its node is looked at', () => {
  const waits = pod(kubelets, { waiting: { reason: 'ContainerCreating' } });
  expect(doubtOf(waits, at(29))).toBe(null);
});
