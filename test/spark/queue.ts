import { makeEventQueue } from '../support/event-queue.ts';
import type { Spark } from '../support/spark/start-spark.ts';

/** A queue that EventBridge fills with the changes of the job runs of a virtual cluster. */
export function makeQueue(
  { client }: Spark,
  name: string,
  virtualCluster: string,
): Promise<{ url: string }> {
  return makeEventQueue(client, name, {
    source: ['aws.emr-containers'],
    'detail-type': ['EMR Job Run State Change'],
    detail: { virtualClusterId: [virtualCluster] },
  });
}
