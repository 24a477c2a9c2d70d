import { expect, test } from 'vitest';
import { containerOf, platformOf } from '../../../../engines/docker/spec.ts';
import { tagged } from '../../../../engines/docker/pull.ts';
import { attemptSpec } from '../../../support/attempt-spec.ts';
import { settings } from '../../../support/docker/settings.ts';

const host = { cpus: 4 };
const { resources } = attemptSpec('');

test('a container runs the command as flotilla-os does, and carries who it belongs to', () => {
  const spec = attemptSpec('echo $HOME', { labels: { team: 'a', 'flotilla.run': 'forged' } });
  const body = containerOf(spec, settings, host);
  expect(body).toMatchObject({
    Image: 'ubuntu:latest',
    Entrypoint: ['bash', '-l', '-cex', 'echo $HOME'],
    Cmd: [],
    Labels: {
      team: 'a',
      'flotilla.run': spec.runId,
      'flotilla.attempt': '1',
      'flotilla.cluster': 'default',
      'flotilla.owner': 'ada',
    },
    HostConfig: {
      Privileged: false,
      Init: true,
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'local', Config: { 'max-file': '1' } },
    },
  });
  expect(body.Env).toContain(`FLOTILLA_RUN_ID=${spec.runId}`);
  expect(body.HostConfig).not.toHaveProperty('NetworkMode');
  expect(body.HostConfig).not.toHaveProperty('Memory');
});

test('limits are limits, without swap, and never more cpus than the host has', () => {
  const asked = {
    ...resources,
    cpuMillicores: 500,
    cpuLimitMillicores: 8000,
    memoryMb: 256,
    memoryLimitMb: 512,
  };
  expect(
    containerOf(attemptSpec('true', { resources: asked }), settings, host).HostConfig,
  ).toMatchObject({
    Memory: 512_000_000,
    MemorySwap: 512_000_000,
    MemoryReservation: 256_000_000,
    CpuShares: 512,
    NanoCpus: 4_000_000_000,
  });
});

test('GPUs are asked for, with shared memory for each', () => {
  const asked = { ...resources, gpu: 2 };
  expect(
    containerOf(attemptSpec('true', { resources: asked }), settings, host).HostConfig,
  ).toMatchObject({
    DeviceRequests: [{ Count: 2, Capabilities: [['gpu']] }],
    ShmSize: 16 * 2 ** 30,
  });
});

test('ports are exposed, and published at free ports of an address that is configured', () => {
  const spec = attemptSpec('true', { ports: [8080] });
  const plain = containerOf(spec, settings, host);
  expect(plain.ExposedPorts).toEqual({ '8080/tcp': {} });
  expect(plain.HostConfig).not.toHaveProperty('PortBindings');
  const published = containerOf(spec, { ...settings, publishAddress: '127.0.0.1' }, host);
  expect(published.HostConfig?.PortBindings).toEqual({
    '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
  });
});

test('the socket is mounted only where it is both needed and given', () => {
  const given = { ...settings, socketMount: '/run/docker.sock' };
  const needs = attemptSpec('true', { requiresDocker: true });
  expect(containerOf(needs, given, host).HostConfig?.Binds).toEqual([
    '/run/docker.sock:/var/run/docker.sock',
  ]);
  expect(containerOf(attemptSpec('true'), given, host).HostConfig).not.toHaveProperty('Binds');
  expect(containerOf(needs, settings, host).HostConfig).not.toHaveProperty('Binds');
});

test.each([
  [null, null],
  ['', null],
  ['arm64', 'linux/arm64'],
  ['amd64', 'linux/amd64'],
])('architecture %j is platform %j', (arch, platform) => {
  expect(platformOf(arch)).toBe(platform);
});

test.each([
  ['ubuntu', 'ubuntu:latest'],
  ['ubuntu:22.04', 'ubuntu:22.04'],
  ['host:5000/team/job', 'host:5000/team/job:latest'],
  ['host:5000/team/job:1', 'host:5000/team/job:1'],
  ['job@sha256:abc', 'job@sha256:abc'],
])('image %s is pulled as %s', (image, asked) => {
  expect(tagged(image)).toBe(asked);
});
