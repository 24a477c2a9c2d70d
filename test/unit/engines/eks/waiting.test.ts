import type { V1ContainerStateWaiting } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { containerTrouble } from '../../../../engines/eks/waiting.ts';
import type { Circumstances } from '../../../../engines/eks/outcome.ts';

const BEGAN = new Date('2026-01-01T12:00:00Z');
const after = (seconds: number): Circumstances => ({
  now: new Date(BEGAN.getTime() + seconds * 1000),
  settings: { imageRefusedSeconds: 60, imageUnreachableSeconds: 900, hostLostSeconds: 0 },
  pullError: null,
  node: null,
});
const secret = {
  reason: 'CreateContainerConfigError',
  message: 'secret "db" not found',
};
const refused = {
  reason: 'ErrImagePull',
  message: 'failed to resolve reference "example.com/none:1": example.com/none:1: not found',
};
const unreachable = {
  reason: 'ErrImagePull',
  message: 'dial tcp 10.0.0.1:443: connect: connection refused',
};

const cases: [string, V1ContainerStateWaiting, number, RegExp | null, string | null][] = [
  ['every container waits for this', { reason: 'ContainerCreating' }, 1_000, null, null],
  ['and for this', { reason: 'PodInitializing' }, 1_000, null, null],
  ['a secret that is not there', secret, 119, /cannot be made: secret "db" not found/, null],
  ['the same for two minutes', secret, 120, /cannot be made/, 'start-error'],
  [
    'no word of the kubelet',
    { reason: 'RunContainerError' },
    120,
    /RunContainerError/,
    'start-error',
  ],
  ['an image that is not there', refused, 59, /the image is refused/, null],
  ['the same for a minute', refused, 60, /the image is refused/, 'image-permanent'],
  ['a registry that is down', unreachable, 899, /tried again/, null],
  ['the same for a quarter of an hour', unreachable, 900, /tried again/, 'image-transient'],
];

test.each(cases)('%s', (_name, waiting, seconds, note, failure) => {
  const trouble = containerTrouble(waiting, BEGAN, after(seconds));
  if (note === null) expect(trouble).toBeNull();
  else expect(trouble?.note).toMatch(note);
  expect(trouble?.outcome?.failure ?? null).toBe(failure);
  if (failure !== null)
    expect(trouble?.outcome?.evidence).toContain(waiting.message ?? waiting.reason);
});

test('a container whose node has not begun waits for as long as it takes', () => {
  expect(containerTrouble(secret, null, after(1_000_000))?.outcome).toBeNull();
});
