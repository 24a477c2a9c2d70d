import type { Configuration, StartJobRunCommandInput } from '@aws-sdk/client-emr-containers';
import type { V1Pod } from '@kubernetes/client-node';
import { FlotillaError } from '../../domain/errors.ts';
import type { SparkExtension, SparkSetting, SparkSubmit } from '../../domain/spark.ts';
import type { AttemptSpec } from '../engine.ts';
import { jobNameOf, nameOf } from './names.ts';
import { podTemplate } from './pod-template.ts';
import { keyIn, s3Uri, type SparkSettings } from './settings.ts';
import { tagsOf } from './tags.ts';

/** An object that has to be there before the job starts. */
export interface TemplateFile {
  key: string;
  pod: V1Pod;
}

export interface Plan {
  request: StartJobRunCommandInput;
  /** In the bucket of manifests. */
  templates: TemplateFile[];
  /** Key of the request itself, for people. */
  manifestKey: string;
}

/**
 * What EMR is asked for an attempt (pure), after flotilla-os (emr_engine.go, generateEMRStartJobRunInput).
 * @throws FlotillaError `rejected` naming what the run does not say; `unavailable` naming a key of the
 *   configuration
 */
export function planOf(spec: AttemptSpec, settings: SparkSettings): Plan {
  const { spark } = spec;
  if (spark === null) throw refused(spec, 'spark_extension is needed by engine eks-spark');
  const submit = spark.spark_submit_job_driver;
  if (submit?.entry_point === undefined || submit.entry_point === '') {
    const field = 'spark_extension.spark_submit_job_driver.entry_point';
    throw refused(spec, `${field} must be specified`);
  }
  if (spark.emr_release_label === undefined || spark.emr_release_label === '') {
    throw refused(spec, 'spark_extension.emr_release_label must be specified');
  }
  const { logs, manifests } = settings;
  const [driver, executor] = (['driver', 'executor'] as const).map((role) => ({
    key: manifestKeyOf(spec, settings, `${role}-template.yaml`),
    pod: podTemplate(spec, role, settings),
  })) as [TemplateFile, TemplateFile];
  const files = {
    driver: s3Uri(manifests.bucket, driver.key),
    executor: s3Uri(manifests.bucket, executor.key),
  };
  return {
    templates: [driver, executor],
    manifestKey: manifestKeyOf(spec, settings, 'start-job-run-input.json'),
    request: {
      name: jobNameOf(spec),
      clientToken: jobNameOf(spec),
      virtualClusterId: settings.virtualCluster,
      executionRoleArn: roleOf(spec, settings),
      releaseLabel: spark.emr_release_label,
      jobDriver: {
        sparkSubmitJobDriver: {
          entryPoint: submit.entry_point,
          ...(submit.entry_point_arguments === undefined
            ? {}
            : { entryPointArguments: submit.entry_point_arguments }),
          sparkSubmitParameters: submitParameters(jobNameOf(spec), submit),
        },
      },
      configurationOverrides: {
        applicationConfiguration: configurations(spec, spark, settings, files),
        monitoringConfiguration: {
          persistentAppUI: 'ENABLED',
          s3MonitoringConfiguration: { logUri: s3Uri(logs.bucket, logs.path) },
        },
      },
      tags: tagsOf(spec, settings.mode),
    },
  };
}

/** For the first attempt where flotilla-os has it. */
export function manifestKeyOf(spec: AttemptSpec, settings: SparkSettings, file: string): string {
  return keyIn(settings.manifests, jobNameOf(spec), file);
}

function roleOf(spec: AttemptSpec, { roles, serviceAccount }: SparkSettings): string {
  const account = spec.serviceAccount ?? serviceAccount;
  if (account === null || account === '') {
    const text = 'the run names no service account, and emr_default_service_account is not set';
    throw new FlotillaError('unavailable', `no role for ${nameOf(spec)}: ${text}`);
  }
  const role = roles[account];
  if (role !== undefined) return role;
  const text = `emr_job_role_arn has no role for service account ${account}`;
  if (spec.serviceAccount !== null) throw refused(spec, `service_account: ${text}`);
  throw new FlotillaError('unavailable', `no role for ${nameOf(spec)}: ${text}`);
}

function refused(spec: AttemptSpec, text: string): FlotillaError {
  return new FlotillaError('rejected', `cannot launch ${nameOf(spec)}: ${text}`);
}

/** Options of spark-submit in the order of flotilla-os, so that a later one outranks a user's. */
export function submitParameters(name: string, submit: SparkSubmit): string {
  const conf = ([key, value]: readonly [string, string]): string =>
    ` --conf ${quoted(`${key}=${value}`)}`;
  const list = (option: string, files: readonly string[] = []): string =>
    files.length === 0 ? '' : ` --${option} ${quoted(files.join(','))}`;
  return [
    ` --name ${name}`,
    ...pairs(submit.spark_submit_conf).map(conf),
    conf(['spark.kubernetes.executor.podNamePrefix', name]),
    conf(['spark.log4j.rootLogger', 'DEBUG']),
    conf(['spark.log4j.rootCategory', 'DEBUG']),
    submit.class === undefined || submit.class === '' ? '' : ` --class ${submit.class}`,
    list('files', submit.files),
    list('py-files', submit.py_files),
    list('jars', submit.jars),
  ].join('');
}

/** EMR splits the text at white space, and takes quotes as a shell does. */
function quoted(text: string): string {
  return /\s/.test(text) && !/["']/.test(text) ? `"${text}"` : text;
}

function pairs(settings: readonly SparkSetting[] = []): [string, string][] {
  return settings.flatMap(({ name, value }) =>
    name === undefined || name === '' || value === undefined ? [] : [[name, value]],
  );
}

function configurations(
  spec: AttemptSpec,
  spark: SparkExtension,
  settings: SparkSettings,
  templates: { driver: string; executor: string },
): Configuration[] {
  const events = s3Uri(settings.logs.bucket, settings.eventLogPath);
  return [
    {
      classification: 'spark-defaults',
      properties: {
        'spark.kubernetes.driver.podTemplateFile': templates.driver,
        'spark.kubernetes.executor.podTemplateFile': templates.executor,
        'spark.kubernetes.container.image': spec.image,
        'spark.eventLog.dir': events,
        'spark.history.fs.logDirectory': events,
        ...DEFAULTS,
        ...Object.fromEntries(pairs(spark.application_conf)),
      },
    },
    {
      classification: 'spark-hive-site',
      properties: Object.fromEntries(pairs(spark.hive_conf)),
    },
    {
      classification: 'emr-containers-defaults',
      properties: { 'logging.request.memory': '1Gi' },
    },
  ];
}

/** As in flotilla-os: metrics for a Prometheus at the driver's port 4040. */
const DEFAULTS = {
  'spark.eventLog.enabled': 'true',
  'spark.default.parallelism': '256',
  'spark.sql.shuffle.partitions': '256',
  'spark.metrics.conf.*.sink.prometheusServlet.class':
    'org.apache.spark.metrics.sink.PrometheusServlet',
  'spark.metrics.conf.*.sink.prometheusServlet.path': '/metrics/driver/prometheus',
  'master.sink.prometheusServlet.path': '/metrics/master/prometheus',
  'applications.sink.prometheusServlet.path': '/metrics/applications/prometheus',
  'spark.kubernetes.driver.service.annotation.prometheus.io/port': '4040',
  'spark.kubernetes.driver.service.annotation.prometheus.io/path': '/metrics/driver/prometheus/',
  'spark.kubernetes.driver.service.annotation.prometheus.io/scrape': 'true',
  'spark.kubernetes.driver.annotation.prometheus.io/scrape': 'true',
  'spark.kubernetes.driver.annotation.prometheus.io/path': '/metrics/executors/prometheus/',
  'spark.kubernetes.driver.annotation.prometheus.io/port': '4040',
  'spark.ui.prometheus.enabled': 'true',
};
