import { DEFAULT_LABEL_KEYS } from '../../../../engines/eks/names.ts';
import type { EksSettings, Features } from '../../../../engines/eks/settings.ts';

/** As a cluster is without further configuration. */
export const SETTINGS: EksSettings = {
  cluster: 'alpha',
  namespace: 'jobs',
  formerNamespace: null,
  mode: 'test',
  serviceAccount: null,
  schedulerName: 'default-scheduler',
  labelKeys: DEFAULT_LABEL_KEYS,
  imagePullPolicy: 'Always',
  imagePullSecrets: [],
  priorityClass: null,
  podSecurityContext: null,
  securityContext: null,
  dockerSocket: true,
  lakekeeperSecret: null,
  karpenter: 'auto',
  graceSeconds: 300,
  ttlSeconds: 3600,
  imageRefusedSeconds: 60,
  imageUnreachableSeconds: 900,
  hostLostSeconds: 0,
  usageSeconds: 0,
  teamRegistry: false,
};

export const FEATURES: Features = {
  version: 'v1.33.0',
  podFailurePolicy: true,
  podReplacementPolicy: true,
  karpenter: false,
};
