import { TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { FAMILY_PREFIX } from '../names.ts';
import { permitted, type AwsClients } from './clients.ts';
import { looked, missing, note, ok, type Finding } from './finding.ts';
import { letsSend, readPolicy } from './policy.ts';
import { readQueue, type Queue } from './queue.ts';
import { isWhole, readRule, type Rule } from './rule.ts';

const SETUP = 'call "flotilla aws setup"';
/** With AWS's own key, whose policy does not let EventBridge use it and cannot be changed. */
const AWS_KEY = /^(alias\/aws\/sqs|.*:alias\/aws\/sqs)$/;

/**
 * Whether changes of a cluster's tasks come into the queue.
 * @param queueName null where none is configured
 */
export async function checkChanges(
  aws: AwsClients,
  cluster: string,
  queueName: string | null,
  ruleName: string,
): Promise<Finding[]> {
  if (queueName === null) {
    const text = 'queue_status is not set: only the sweep tells of changes';
    return [note(`${text}; set it, and ${SETUP}`)];
  }
  let queue: Queue | null = null;
  const ofQueue = await looked(`queue ${queueName}`, async () => {
    queue = await readQueue(aws, queueName);
    return queue === null ? [missing(`queue ${queueName}`, SETUP)] : keyOf(queueName, queue);
  });
  const ofRule = await looked(
    `rule ${ruleName}`,
    async () => {
      const rule = await readRule(aws, ruleName);
      if (rule === null) return [missing(`rule ${ruleName}`, SETUP)];
      return [
        ...(await checkRule(aws, rule, cluster)),
        ...(queue === null ? [] : checkDelivery(queueName, queue, rule)),
      ];
    },
    true,
  );
  return [...ofQueue, ...ofRule];
}

function keyOf(name: string, { attributes }: Queue): Finding[] {
  const key = attributes.KmsMasterKeyId;
  if (key === undefined || key === '') return [ok(`queue ${name}`)];
  if (AWS_KEY.test(key)) {
    const remedy = `queue ${name} has ${key}, which EventBridge may not use; use SSE-SQS or a key of your own`;
    return [missing('a key that EventBridge may use', remedy)];
  }
  return [
    ok(`queue ${name}`),
    note(
      `the policy of key ${key} must let events.amazonaws.com kms:Decrypt and kms:GenerateDataKey`,
    ),
  ];
}

async function checkRule(aws: AwsClients, rule: Rule, cluster: string): Promise<Finding[]> {
  const what = `rule ${rule.name}`;
  if (!rule.enabled) return [missing(`${what}, enabled`, `it is switched off; ${SETUP}`)];
  const query = new TestEventPatternCommand({
    EventPattern: JSON.stringify(rule.pattern),
    Event: JSON.stringify(sampleEvent(rule, cluster)),
  });
  const { Result } = await permitted('events:TestEventPattern', () => aws.events.send(query));
  if (Result === true) return [ok(`${what} has the changes of tasks of cluster ${cluster}`)];
  const remedy = `its pattern ${JSON.stringify(rule.pattern)} leaves them out; ${SETUP}`;
  return [missing(`changes of cluster ${cluster} in ${what}`, remedy)];
}

/** An event as ECS sends it for a task of ours; partition, region and account are those of the rule. */
function sampleEvent({ arn }: Rule, cluster: string): object {
  const [, partition, , region, account] = arn.split(':');
  const stem = `arn:${partition}:ecs:${region}:${account}`;
  const taskArn = `${stem}:task/${cluster}/${'0'.repeat(32)}`;
  const family = `${FAMILY_PREFIX}${'0'.repeat(32)}`;
  return {
    version: '0',
    id: '00000000-0000-0000-0000-000000000000',
    'detail-type': 'ECS Task State Change',
    source: 'aws.ecs',
    account,
    time: '2020-01-01T00:00:00Z',
    region,
    resources: [taskArn],
    detail: {
      clusterArn: `${stem}:cluster/${cluster}`,
      taskArn,
      taskDefinitionArn: `${stem}:task-definition/${family}:1`,
      group: `family:${family}`,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
    },
  };
}

function checkDelivery(queueName: string, queue: Queue, rule: Rule): Finding[] {
  const target = rule.targets.find(({ Arn }) => Arn === queue.arn);
  const policy = readPolicy(queue.attributes.Policy);
  const mayCome = policy !== null && letsSend(policy, queue.arn, rule.arn);
  const what = `target ${queueName} of rule ${rule.name}`;
  return [
    target === undefined
      ? missing(what, SETUP)
      : isWhole(target)
        ? ok(what)
        : missing(`${what}, with events as they are`, `it is sent something else; ${SETUP}`),
    mayCome
      ? ok(`policy of queue ${queueName}: rule ${rule.name} may send`)
      : missing(`policy of queue ${queueName}: rule ${rule.name} may not send`, SETUP),
  ];
}
