import type {
  V1Container,
  V1EnvVar,
  V1Job,
  V1PodFailurePolicy,
  V1PodSpec,
  V1ResourceRequirements,
  V1Volume,
  V1VolumeMount,
} from '@kubernetes/client-node';
import type { AttemptSpec } from '../engine.ts';
import { shellCommand } from '../shell-command.ts';
import { literal } from './command.ts';
import { ENDED_ANNOTATION, isLabelKey, jobName, labelValue } from './names.ts';
import { scheduling } from './scheduling.ts';
import type { EksSettings, Features } from './settings.ts';

const GPU = 'nvidia.com/gpu';
/** Shared memory for each GPU, as in flotilla-os. */
const SHARED_MEMORY_GI = 8;
/**
 * Seconds by which the kubelet's deadline is behind ours: it counts from before the image is pulled,
 * ours from the command's start, and it is there for a time without this service.
 */
export const DEADLINE_MARGIN_SECONDS = 900;

/** Variables of a lakekeeper and the keys of its secret, as in flotilla-os. */
const LAKEKEEPER: readonly (readonly [string, string])[] = [
  ['OAUTH2_CLIENT_ID', 'client_id'],
  ['OAUTH2_CLIENT_SECRET', 'client_secret'],
  ['OAUTH2_SERVER_URI', 'token_url'],
  ['OAUTH2_SCOPE', 'scope'],
  ['CATALOG_URI', 'uri'],
  ['WAREHOUSE', 'warehouse'],
];

/**
 * The Job of an attempt (pure), after flotilla-os (eks_adapter.go). It is created suspended: nothing
 * of it runs until it is on record. docs/engines/eks.md lists what differs and why.
 */
export function buildJob(spec: AttemptSpec, settings: EksSettings, features: Features): V1Job {
  const name = jobName(spec);
  const labels = jobLabels(spec, settings);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: settings.namespace,
      labels,
      annotations: {
        [ENDED_ANNOTATION]: '',
        'flotilla/alias': spec.alias,
        'flotilla/owner': spec.owner,
      },
    },
    spec: {
      suspend: true,
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      ...(features.podReplacementPolicy ? { podReplacementPolicy: 'Failed' } : {}),
      ...(features.podFailurePolicy
        ? { podFailurePolicy: failurePolicy(nameOfContainer(spec)) }
        : {}),
      template: {
        metadata: {
          labels,
          annotations: { 'prometheus.io/port': '9090', 'prometheus.io/scrape': 'true' },
        },
        spec: podSpec(spec, settings, features),
      },
    },
  };
}

/** A container's name is the run's, as in flotilla-os, for all attempts. */
export function nameOfContainer(ref: { runId: string }): string {
  return ref.runId;
}

/** So that the Job's condition tells the exit code, or that a disruption ended the pod, afterwards. */
function failurePolicy(containerName: string): V1PodFailurePolicy {
  return {
    rules: [
      { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      {
        action: 'FailJob',
        onExitCodes: { containerName, operator: 'NotIn', values: [0] },
      },
    ],
  };
}

/** Labels of Job and pod; users' own come last, but cannot say that the job is another's. */
export function jobLabels(
  spec: AttemptSpec,
  settings: Pick<EksSettings, 'cluster' | 'mode' | 'labelKeys'>,
): Record<string, string> {
  const keys = settings.labelKeys;
  const labels: Record<string, string> = {
    [keys.mode]: labelValue(settings.mode),
    [keys.owner]: labelValue(spec.owner),
    [keys.tier]: labelValue(spec.tier),
    'app.kubernetes.io/managed-by': 'flotilla',
  };
  const workflow = spec.labels['kube_workflow'] ?? spec.labels['kube_task_name'];
  if (workflow !== undefined) labels['kube_workflow'] = labelValue(workflow);
  for (const [key, value] of Object.entries(spec.labels)) {
    if (isLabelKey(key)) labels[key] = labelValue(value);
  }
  return {
    ...labels,
    [keys.cluster]: clusterLabel(settings.cluster),
    [keys.runId]: spec.runId,
    [keys.attempt]: String(spec.attempt),
  };
}

/** As it is where that is a valid label: flotilla-os does not change it. */
function clusterLabel(cluster: string): string {
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(cluster)
    ? cluster
    : labelValue(cluster);
}

function podSpec(spec: AttemptSpec, settings: EksSettings, features: Features): V1PodSpec {
  const { nodes, tolerations } = scheduling(spec, features.karpenter);
  const { volumes, mounts } = volumesOf(spec, settings);
  const serviceAccount = spec.serviceAccount ?? settings.serviceAccount;
  return {
    restartPolicy: 'Never',
    schedulerName: settings.schedulerName,
    terminationGracePeriodSeconds: settings.graceSeconds,
    ...(spec.deadlineSeconds === null
      ? {}
      : {
          activeDeadlineSeconds: Math.min(
            spec.deadlineSeconds + DEADLINE_MARGIN_SECONDS,
            2 ** 31 - 1,
          ),
        }),
    ...(serviceAccount === null ? {} : { serviceAccountName: serviceAccount }),
    ...(settings.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: settings.imagePullSecrets.map((name) => ({ name })) }),
    ...(settings.priorityClass === null ? {} : { priorityClassName: settings.priorityClass }),
    ...(settings.podSecurityContext === null
      ? {}
      : { securityContext: settings.podSecurityContext }),
    containers: [container(spec, settings, mounts)],
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: nodes }],
        },
      },
    },
  };
}

function container(spec: AttemptSpec, settings: EksSettings, mounts: V1VolumeMount[]): V1Container {
  return {
    name: nameOfContainer(spec),
    image: spec.image,
    imagePullPolicy: settings.imagePullPolicy,
    command: shellCommand(spec.command).map(literal),
    env: environmentOf(spec, settings),
    resources: resourcesOf(spec),
    ...(spec.ports.length === 0
      ? {}
      : { ports: spec.ports.map((containerPort) => ({ containerPort })) }),
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    ...(settings.securityContext === null ? {} : { securityContext: settings.securityContext }),
  };
}

function environmentOf(spec: AttemptSpec, settings: EksSettings): V1EnvVar[] {
  return [...ownEnvironment(spec), ...lakekeeperVariables(settings.lakekeeperSecret)];
}

/** What definition and run say, as a container has it. */
export function ownEnvironment(spec: Pick<AttemptSpec, 'environment' | 'secrets'>): V1EnvVar[] {
  const plain = [...spec.environment].map(([name, value]) => ({ name, value: literal(value) }));
  const fromSecrets = spec.secrets
    .filter(({ variable }) => !spec.environment.has(variable))
    .map(({ variable, name, key, optional }) => secretVariable(variable, name, key, optional));
  return [...plain, ...fromSecrets];
}

/** @param secret its name; null for none */
export function lakekeeperVariables(secret: string | null): V1EnvVar[] {
  if (secret === null) return [];
  return LAKEKEEPER.map(([variable, key]) => secretVariable(variable, secret, key, true));
}

function secretVariable(
  variable: string,
  name: string,
  key: string,
  optional: boolean | undefined,
): V1EnvVar {
  const reference = { name, key, ...(optional === true ? { optional } : {}) };
  return { name: variable, valueFrom: { secretKeyRef: reference } };
}

/** Millicores, megabytes of 10^6 bytes, as in flotilla-os. */
function resourcesOf(spec: AttemptSpec): V1ResourceRequirements {
  const of = spec.resources;
  const gpu = of.gpu > 0 ? { [GPU]: String(of.gpu) } : {};
  const cpu = (value: number | null) => (value === null ? {} : { cpu: `${value}m` });
  const memory = (value: number | null) => (value === null ? {} : { memory: `${value}M` });
  const disk =
    of.ephemeralStorageMb === null ? {} : { 'ephemeral-storage': `${of.ephemeralStorageMb}M` };
  return {
    requests: { ...cpu(of.cpuMillicores), ...memory(of.memoryMb), ...disk, ...gpu },
    limits: { ...cpu(of.cpuLimitMillicores), ...memory(of.memoryLimitMb), ...gpu },
  };
}

function volumesOf(
  spec: AttemptSpec,
  settings: EksSettings,
): { volumes: V1Volume[]; mounts: V1VolumeMount[] } {
  const volumes: V1Volume[] = [];
  const mounts: V1VolumeMount[] = [];
  const { gpu } = spec.resources;
  if (gpu > 0) {
    const sizeLimit = `${SHARED_MEMORY_GI * gpu}Gi`;
    volumes.push({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit } });
    mounts.push({ name: 'shared-memory', mountPath: '/dev/shm' });
  }
  if (spec.requiresDocker && settings.dockerSocket) {
    volumes.push({ name: 'dockersock', hostPath: { path: '/var/run/docker.sock' } });
    mounts.push({ name: 'dockersock', mountPath: '/var/run/docker.sock' });
  }
  return { volumes, mounts };
}
