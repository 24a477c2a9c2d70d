import { z } from '@hono/zod-openapi';
import { CLUSTER_STATUSES } from '../../domain/cluster.ts';
import { ENGINE_NAMES } from '../../domain/engine-name.ts';
import { filledText, text, time, wholeNumber } from './kit.ts';

export const cluster = z
  .object({
    cluster_id: z.string(),
    name: z.string(),
    engine: z.string(),
    status: z.enum(CLUSTER_STATUSES),
    status_reason: z.string().nullable(),
    status_since: time.nullable(),
    region: z.string(),
    allowed_tiers: z.array(z.string()),
    capabilities: z.array(z.string()),
    slot_limit: z
      .int()
      .nullable()
      .openapi({ description: 'how many runs may be there at once; null for any number' }),
    namespace: z.string().openapi({ description: 'where its jobs are; empty for its default' }),
    version: z
      .string()
      .nullable()
      .openapi({ description: "in the cluster's own words; null before it answered" }),
    reached_at: time
      .nullable()
      .openapi({ description: 'when it last answered a worker, exact to a minute or so' }),
    last_error: z
      .string()
      .nullable()
      .openapi({ description: 'what it last failed with; over when `reached_at` is later' }),
    last_error_at: time.nullable(),
    running: z.int().openapi({ description: 'runs that are PENDING or RUNNING' }),
    queued: z.int().openapi({ description: 'runs that are QUEUED or NEEDS_RETRY' }),
  })
  .openapi('Cluster');

const fields = {
  status: z.enum(CLUSTER_STATUSES).optional(),
  status_reason: text.optional(),
  allowed_tiers: z.array(text).max(1_000).optional(),
  capabilities: z.array(text).max(1_000).optional(),
  namespace: text.optional(),
  slot_limit: wholeNumber(0).nullable().optional(),
};

export const newCluster = z
  .strictObject({
    name: filledText.openapi({
      description: 'its identity: runs name it',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    }),
    engine: z.enum(ENGINE_NAMES),
    region: text.optional(),
    ...fields,
  })
  .openapi('NewCluster');

export const clusterPatch = z
  .strictObject({ ...fields, region: text.optional() })
  .openapi('ClusterPatch');
