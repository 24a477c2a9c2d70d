import { z } from 'zod';
import { int32 } from './int32.ts';

const named = z.object({ name: z.string().optional(), value: z.string().optional() });
const texts = z.array(z.string());

/** What a request may say of a Spark job, in the shape of flotilla-os. */
export const sparkExtension = z.object({
  spark_submit_job_driver: z
    .object({
      entry_point: z.string().optional(),
      entry_point_arguments: texts.optional(),
      spark_submit_conf: z.array(named).optional(),
      files: texts.optional(),
      py_files: texts.optional(),
      jars: texts.optional(),
      class: z.string().optional(),
      working_dir: z.string().optional(),
      num_executors: int32.optional(),
      executor_memory: int32.optional(),
    })
    .optional(),
  application_conf: z.array(named).optional(),
  hive_conf: z.array(named).optional(),
  emr_job_id: z.string().optional(),
  spark_app_id: z.string().optional(),
  emr_job_manifest: z.string().optional(),
  history_uri: z.string().optional(),
  metrics_uri: z.string().optional(),
  virtual_cluster_id: z.string().optional(),
  emr_release_label: z.string().optional(),
  executor_init_command: z.string().optional(),
  driver_init_command: z.string().optional(),
  spark_server_uri: z.string().optional(),
  app_uri: z.string().optional(),
  executors: texts.optional(),
  executor_oom: z.boolean().optional(),
  driver_oom: z.boolean().optional(),
});
