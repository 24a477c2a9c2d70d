import {
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type DescribeRuleCommandOutput,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { isNamed } from '../../../aws/client.ts';
import { conflict, FlotillaError } from '../../../domain/errors.ts';
import { FAMILY_PREFIX } from '../names.ts';
import { permitted, type AwsClients } from './clients.ts';
import { isSame, parseObject, type JsonObject } from './json.ts';
import type { Step } from './step.ts';

const MAX_TARGET_ID = 64;
const DESCRIPTION = 'Changes of tasks that Flotilla runs';

export interface Rule {
  name: string;
  arn: string;
  pattern: JsonObject;
  /** False for a rule that is switched off. */
  enabled: boolean;
  targets: Target[];
  /** Of PutRule, which forgets what it is not told. */
  kept: Pick<DescribeRuleCommandOutput, 'Description' | 'RoleArn' | 'ScheduleExpression'>;
}

/** The events that concern us: of tasks whose definition Flotilla registered. */
export function eventPattern(clusterArns: readonly string[]): JsonObject {
  return {
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      group: [{ prefix: `family:${FAMILY_PREFIX}` }],
      ...(clusterArns.length === 0 ? {} : { clusterArn: clusterArns.toSorted() }),
    },
  };
}

/** A rule of the default bus, with its targets; null where there is none. @throws FlotillaError as of permitted() */
export async function readRule({ events }: AwsClients, name: string): Promise<Rule | null> {
  const found = await permitted('events:DescribeRule', async () => {
    try {
      return await events.send(new DescribeRuleCommand({ Name: name }));
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return null;
      throw error;
    }
  });
  if (found === null) return null;
  const { Arn: arn = '', EventPattern: text = '', State, Description, RoleArn } = found;
  const { ScheduleExpression } = found;
  const query = new ListTargetsByRuleCommand({ Rule: name });
  const listed = await permitted('events:ListTargetsByRule', () => events.send(query));
  return {
    name,
    arn,
    pattern: parseObject(text) ?? {},
    enabled: State !== 'DISABLED',
    targets: listed.Targets ?? [],
    kept: { Description, RoleArn, ScheduleExpression },
  };
}

/**
 * Makes the rule, or makes it right. Targets of somebody else say that the rule is theirs too: it is then
 * left alone.
 * @returns the rule's ARN, or null where a dry run has none
 * @throws FlotillaError `conflict` for a rule of somebody else, otherwise as of permitted()
 */
export async function ensureRule(
  { events }: AwsClients,
  name: string,
  rule: Rule | null,
  wanted: { pattern: JsonObject; queueArn: string | null; dryRun: boolean },
): Promise<{ arn: string | null; step: Step }> {
  const what = `rule ${name}`;
  const why = rule === null ? [] : flawsOf(rule, wanted.pattern);
  if (rule !== null && why.length === 0) return { arn: rule.arn, step: { done: 'kept', what } };
  const others = (rule?.targets ?? []).filter(({ Arn }) => Arn !== wanted.queueArn);
  if (others.length > 0 || rule?.kept.ScheduleExpression !== undefined) {
    throw conflict(
      `${what} is used for something else too (${others.map(({ Arn }) => Arn).join(', ') || 'a schedule'}); ` +
        `queue_status_rule names one that is Flotilla's own. It would be changed: ${why.join(', ')}`,
    );
  }
  const step: Step =
    rule === null ? { done: 'created', what } : { done: 'updated', what, why: why.join(', ') };
  if (wanted.dryRun) return { arn: rule?.arn ?? null, step };
  const request = new PutRuleCommand({
    Description: DESCRIPTION,
    ...rule?.kept,
    Name: name,
    State: 'ENABLED',
    EventPattern: JSON.stringify(wanted.pattern),
  });
  const { RuleArn = '' } = await permitted('events:PutRule', () => events.send(request));
  return { arn: RuleArn, step };
}

function flawsOf({ pattern, enabled }: Rule, wanted: JsonObject): string[] {
  return [
    ...(enabled ? [] : ['it was switched off']),
    ...(isSame(pattern, wanted) ? [] : [`its pattern was ${JSON.stringify(pattern)}`]),
  ];
}

/** A target that gets the events whole. */
export function isWhole({ Input, InputPath, InputTransformer }: Target): boolean {
  return Input === undefined && InputPath === undefined && InputTransformer === undefined;
}

/** Has the rule put its events into the queue. @throws FlotillaError as of permitted() */
export async function ensureTarget(
  { events }: AwsClients,
  name: string,
  rule: Rule | null,
  queue: { name: string; arn: string | null; dryRun: boolean },
): Promise<Step> {
  const what = `target ${queue.name} of rule ${name}`;
  const found = rule?.targets.find(({ Arn }) => Arn === queue.arn);
  if (found !== undefined && isWhole(found)) return { done: 'kept', what };
  if (!queue.dryRun) {
    const id = found?.Id ?? queue.name.slice(0, MAX_TARGET_ID);
    const Targets = [{ Id: id, Arn: queue.arn ?? '' }];
    const request = new PutTargetsCommand({ Rule: name, Targets });
    const { FailedEntries } = await permitted('events:PutTargets', () => events.send(request));
    const [failed] = FailedEntries ?? [];
    if (failed !== undefined) {
      const text = `${what}: ${failed.ErrorCode ?? ''}: ${failed.ErrorMessage ?? ''}`;
      throw new FlotillaError('unavailable', text);
    }
  }
  if (found === undefined) return { done: 'created', what };
  return { done: 'updated', what, why: 'it gets events as they are' };
}
