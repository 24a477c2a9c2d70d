import { attemptEnvironment } from '../../domain/environment.ts';
import { newRunId } from '../../domain/run.ts';
import type { AttemptSpec, Register } from '../../engines/engine.ts';

/** Every attempt may start. */
export const register: Register = () => Promise.resolve(true);

/** The first attempt of a new run of engine local that asks for nothing. */
export function attemptSpec(command: string, more: Partial<AttemptSpec> = {}): AttemptSpec {
  const ref = { runId: newRunId('local'), attempt: 1, ...more };
  return {
    askedAt: new Date(),
    image: 'ubuntu:latest',
    command,
    environment: attemptEnvironment([], [], ref),
    secrets: [],
    resources: {
      cpuMillicores: null,
      cpuLimitMillicores: null,
      memoryMb: null,
      memoryLimitMb: null,
      gpu: 0,
      ephemeralStorageMb: null,
    },
    ports: [],
    labels: {},
    arch: null,
    nodeLifecycle: 'spot',
    serviceAccount: null,
    requiresDocker: false,
    deadlineSeconds: null,
    tier: '4',
    capabilities: [],
    owner: 'ada',
    alias: 'contract',
    spark: null,
    ...ref,
  };
}

/** With a limit of memory. */
export function limitedTo(memoryMb: number): Pick<AttemptSpec, 'resources'> {
  const { resources } = attemptSpec('');
  return { resources: { ...resources, memoryMb, memoryLimitMb: memoryMb } };
}
