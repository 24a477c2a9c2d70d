import type { LabelKeys } from '../eks/names.ts';

/** How Spark jobs are run on one cluster. */
export interface SparkSettings {
  cluster: string;
  /** Id of the cluster's virtual cluster in EMR. */
  virtualCluster: string;
  /** `flotilla_mode`; jobs that say another are another installation's. */
  mode: string;
  /** Roles of jobs, by service account. */
  roles: Readonly<Record<string, string>>;
  /** Of jobs that name none. */
  serviceAccount: string | null;
  schedulerName: string;
  labelKeys: LabelKeys;
  /** Of drivers; null for any. */
  driverInstanceType: string | null;
  /** Whether nodes say by labels of Karpenter whether they are spot. */
  karpenter: boolean;
  /** Name of the secret that the variables of a lakekeeper come from, where there is one. */
  lakekeeperSecret: string | null;
  logs: BucketPath;
  /** Path of Spark's event logs, in the bucket of logs. */
  eventLogPath: string;
  manifests: BucketPath;
  /** Where people look at jobs; null where there is no such place. */
  links: { app: string | null; history: string | null; metrics: string | null };
  /** Seconds after a job's end for which its log may still come. */
  logSettleSeconds: number;
}

export interface BucketPath {
  bucket: string;
  /** Within it, without slashes at its ends; may be empty. */
  path: string;
}

/** The key of an object below a path. */
export function keyIn({ path }: BucketPath, ...parts: string[]): string {
  return [path, ...parts].filter((part) => part !== '').join('/');
}

export function s3Uri(bucket: string, key: string): string {
  return `s3://${bucket}/${key}`;
}
