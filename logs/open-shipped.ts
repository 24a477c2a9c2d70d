import { SPARK_LOG_PATH } from '../domain/spark.ts';
import type { ManifestArchive } from './manifest-archive.ts';
import type { ShippedLogs } from './shipped.ts';
import type { SparkLogs } from './spark-logs.ts';

export interface ShippedSettings {
  aws_default_region?: string | undefined;
  eks_log_driver_options_awslogs_region?: string | undefined;
  eks_log_driver_options_s3_bucket_name?: string | undefined;
  eks_log_driver_options_s3_bucket_root_dir?: string | undefined;
  eks_log_namespace?: string | undefined;
}

/** Where an agent ships logs to, as the configuration says; null where it says nothing. */
export async function openShippedLogs(settings: ShippedSettings): Promise<ShippedLogs | null> {
  const region = settings.eks_log_driver_options_awslogs_region ?? settings.aws_default_region;
  const bucket = settings.eks_log_driver_options_s3_bucket_name;
  const logGroup = settings.eks_log_namespace;
  // The SDK of AWS is loaded by those who use it only.
  if (bucket !== undefined) {
    const { S3ShippedLogs } = await import('./shipped-s3.ts');
    const rootDir = settings.eks_log_driver_options_s3_bucket_root_dir;
    return new S3ShippedLogs({ bucket, rootDir, region });
  }
  if (logGroup === undefined) return null;
  const { CloudWatchShippedLogs } = await import('./shipped-cloudwatch.ts');
  return new CloudWatchShippedLogs({ logGroup, region });
}

export interface SparkLogSettings {
  aws_default_region?: string | undefined;
  emr_aws_region?: string | undefined;
  emr_log_bucket?: string | undefined;
  emr_log_base_path?: string | undefined;
}

/** Where EMR keeps what Spark jobs write, as the configuration says; null where it says nothing. */
export async function openSparkLogs(settings: SparkLogSettings): Promise<SparkLogs | null> {
  const { emr_log_bucket: bucket, emr_log_base_path: path = SPARK_LOG_PATH } = settings;
  if (bucket === undefined) return null;
  const { S3SparkLogs } = await import('./spark-logs.ts');
  const region = settings.emr_aws_region ?? settings.aws_default_region;
  return new S3SparkLogs({ bucket, path, region });
}

export interface ManifestSettings {
  aws_default_region?: string | undefined;
  eks_manifest_storage_options_region?: string | undefined;
  eks_manifest_storage_options_s3_bucket_name?: string | undefined;
  eks_manifest_storage_options_s3_bucket_root_dir?: string | undefined;
}

/** Where manifests are kept beside the database, as the configuration says; null for nowhere. */
export async function openManifestArchive(
  settings: ManifestSettings,
): Promise<ManifestArchive | null> {
  const bucket = settings.eks_manifest_storage_options_s3_bucket_name;
  if (bucket === undefined) return null;
  const { S3ManifestArchive } = await import('./manifest-archive.ts');
  return new S3ManifestArchive({
    bucket,
    rootDir: settings.eks_manifest_storage_options_s3_bucket_root_dir,
    region: settings.eks_manifest_storage_options_region ?? settings.aws_default_region,
  });
}
