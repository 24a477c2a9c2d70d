import type { V1Pod } from '@kubernetes/client-node';
import { literal } from '../eks/command.ts';
import { jobLabels, lakekeeperVariables, ownEnvironment } from '../eks/spec.ts';
import type { AttemptSpec } from '../engine.ts';
import { sparkScheduling, type Role } from './pools.ts';
import type { SparkSettings } from './settings.ts';

const VOLUME = 'shared-lib-volume';
const LIBRARIES = '/var/lib/app';
const GRACE_SECONDS = 90;

/**
 * What EMR makes a Spark job's pods from (pure), after flotilla-os (emr_engine.go, driverPodTemplate and
 * executorPodTemplate): environment, an init container for the init command, and where they may go.
 */
export function podTemplate(spec: AttemptSpec, role: Role, settings: SparkSettings): V1Pod {
  const environment = ownEnvironment(spec);
  const volumeMounts = [{ name: VOLUME, mountPath: LIBRARIES }];
  const { driver_init_command, executor_init_command } = spec.spark ?? {};
  const init = (role === 'driver' ? driver_init_command : executor_init_command) ?? '';
  const { driverInstanceType } = settings;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      annotations: { 'karpenter.sh/do-not-evict': 'true', 'flotilla-run-id': spec.runId },
      labels: jobLabels(spec, settings),
    },
    spec: {
      terminationGracePeriodSeconds: GRACE_SECONDS,
      restartPolicy: 'Never',
      schedulerName: settings.schedulerName,
      volumes: [{ name: VOLUME, emptyDir: {} }],
      initContainers: [
        {
          name: `init-${role}-${spec.runId}`,
          image: spec.image,
          env: environment,
          volumeMounts,
          command: ['bash', '-l', '-ce', literal(init)],
        },
      ],
      containers: [
        {
          name: `spark-kubernetes-${role}`,
          env: [
            ...environment,
            ...(role === 'driver' ? lakekeeperVariables(settings.lakekeeperSecret) : []),
          ],
          volumeMounts,
          workingDir: spec.spark?.spark_submit_job_driver?.working_dir ?? LIBRARIES,
        },
      ],
      ...(role === 'driver' && driverInstanceType !== null
        ? { nodeSelector: { 'node.kubernetes.io/instance-type': driverInstanceType } }
        : {}),
      ...sparkScheduling(spec, role, settings),
    },
  };
}
