import type { Ecs } from '../support/ecs/start-ecs.ts';
import { makeEventQueue } from '../support/event-queue.ts';

/** A queue that EventBridge fills with the changes of all tasks, or of those of a cluster. */
export function makeQueue(
  { client }: Ecs,
  name: string,
  cluster?: string,
): Promise<{ url: string }> {
  return makeEventQueue(client, name, {
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    ...(cluster === undefined ? {} : { detail: { clusterArn: [arnOf(client, cluster)] } }),
  });
}

function arnOf({ region }: Ecs['client'], cluster: string): string {
  return `arn:aws:ecs:${region}:123456789012:cluster/${cluster}`;
}
