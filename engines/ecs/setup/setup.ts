import { conflict } from '../../../domain/errors.ts';
import type { AwsClients } from './clients.ts';
import { readPolicy, ruleStatement, withStatement } from './policy.ts';
import { ensureQueue, setAttributes, type Queue } from './queue.ts';
import { ensureRule, ensureTarget, eventPattern, readRule, type Rule } from './rule.ts';
import type { Step } from './step.ts';

export interface SetupRequest {
  queue: string;
  rule: string;
  /** Clusters whose tasks' changes are wanted; none for all. */
  clusters: readonly string[];
  dryRun: boolean;
}

/**
 * Sees to it that the changes of our tasks come into the queue: the queue, the rule, who may send, the target.
 * May be interrupted and repeated; what is as it should be is only looked at.
 * @throws FlotillaError `forbidden` naming a missing permission, `conflict` for what is somebody else's,
 * `unavailable`
 */
export async function* setUp(aws: AwsClients, request: SetupRequest): AsyncGenerator<Step> {
  const { dryRun } = request;
  const { queue, step } = await ensureQueue(aws, request.queue, dryRun);
  yield step;
  const rule = await readRule(aws, request.rule);
  const pattern = eventPattern(clusterArns(request.clusters, queue, rule));
  const queueArn = queue?.arn ?? null;
  const made = await ensureRule(aws, request.rule, rule, { pattern, queueArn, dryRun });
  yield made.step;
  yield await ensurePolicy(aws, request, queue, made.arn);
  yield await ensureTarget(aws, request.rule, rule, { name: request.queue, arn: queueArn, dryRun });
}

/** Account and partition are those of the queue, or of the rule where a dry run has no queue. */
function clusterArns(names: readonly string[], queue: Queue | null, rule: Rule | null): string[] {
  const [, partition, , region, account] = (queue?.arn ?? rule?.arn ?? '').split(':');
  return names.map((name) => `arn:${partition}:ecs:${region}:${account}:cluster/${name}`);
}

/** What others put into the policy stays. */
async function ensurePolicy(
  aws: AwsClients,
  request: SetupRequest,
  queue: Queue | null,
  ruleArn: string | null,
): Promise<Step> {
  const what = `policy of queue ${request.queue}`;
  const why = `rule ${request.rule} may send`;
  if (queue === null) return { done: 'created', what, why };
  const { Policy: text } = queue.attributes;
  const policy = readPolicy(text);
  if (policy === null) throw conflict(`${what} cannot be read: ${text}`);
  const done = policy.Statement.length === 0 ? 'created' : 'updated';
  // A dry run has no ARN of a rule that is yet to be made.
  if (ruleArn === null) return { done, what, why };
  const changed = withStatement(policy, ruleStatement(queue.arn, ruleArn));
  if (changed === null) return { done: 'kept', what };
  if (!request.dryRun) await setAttributes(aws, queue, { Policy: JSON.stringify(changed) });
  return { done, what, why };
}
