import type { V1Job } from '@kubernetes/client-node';
import type { JobRef } from '../../domain/lifecycle/messages.ts';
import { ENDED_ANNOTATION, jobName } from './names.ts';
import type { EksSettings } from './settings.ts';

/** A Job that never runs: it has the name of an attempt that was ended before it was launched. */
export function tombstone(ref: JobRef, settings: EksSettings, at: Date): V1Job {
  const { labelKeys, namespace } = settings;
  const labels = {
    [labelKeys.runId]: ref.runId,
    [labelKeys.attempt]: String(ref.attempt),
    'app.kubernetes.io/managed-by': 'flotilla',
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(ref),
      namespace,
      labels,
      annotations: { [ENDED_ANNOTATION]: at.toISOString() },
    },
    spec: {
      suspend: true,
      backoffLimit: 0,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'never', image: 'never', command: ['false'] }],
        },
      },
    },
  };
}
