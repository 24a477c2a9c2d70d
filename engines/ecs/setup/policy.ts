import { isObject, isSame, listOf, parseObject, texts, type JsonObject } from './json.ts';

const EVENTS = 'events.amazonaws.com';
const SEND = 'sqs:SendMessage';

/** A policy of a queue, with the statements of whoever else wrote some. */
export interface Policy extends JsonObject {
  Statement: JsonObject[];
}

/** Null for a text that is no policy; an absent one has no statements. */
export function readPolicy(text: string | undefined): Policy | null {
  if (text === undefined || text === '') return { Version: '2012-10-17', Statement: [] };
  const policy = parseObject(text);
  if (policy === null) return null;
  const statements = listOf(policy['Statement']);
  return statements.every(isObject) ? { ...policy, Statement: statements } : null;
}

/** Lets one rule of EventBridge, and no other, send into the queue. */
export function ruleStatement(queueArn: string, ruleArn: string): JsonObject {
  return {
    Sid: sidOf(ruleArn),
    Effect: 'Allow',
    Principal: { Service: EVENTS },
    Action: SEND,
    Resource: queueArn,
    Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  };
}

/** Of letters and digits, of which a statement's name is made. */
function sidOf(ruleArn: string): string {
  const words = ruleArn.slice(ruleArn.lastIndexOf('/') + 1).match(/[A-Za-z\d]+/g) ?? [];
  const joined = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`).join('');
  return `FlotillaRule${joined}`;
}

/** The policy with the statement, in the place of one of its name; null where it is there as it should be. */
export function withStatement(policy: Policy, statement: JsonObject): Policy | null {
  const named = policy.Statement.filter(({ Sid }) => Sid === statement['Sid']);
  if (named.length === 1 && isSame(named[0], statement)) return null;
  const others = policy.Statement.filter(({ Sid }) => Sid !== statement['Sid']);
  return { ...policy, Statement: [...others, statement] };
}

/** True where the policy lets the rule send. A condition that is not known here counts as not met. */
export function letsSend(policy: Policy, queueArn: string, ruleArn: string): boolean {
  const applying = policy.Statement.filter((one) => applies(one, queueArn, ruleArn));
  const has = (effect: string): boolean => applying.some(({ Effect }) => Effect === effect);
  return has('Allow') && !has('Deny');
}

function applies(statement: JsonObject, queueArn: string, ruleArn: string): boolean {
  const { Principal: principal, Action: actions, Resource: resources, Condition } = statement;
  const lowered = texts(actions).map((action) => action.toLowerCase());
  return (
    isForEvents(principal) &&
    lowered.some((pattern) => matches(pattern, SEND.toLowerCase())) &&
    texts(resources).some((pattern) => matches(pattern, queueArn)) &&
    Object.entries(isObject(Condition) ? Condition : {}).every((entry) => isMet(entry, ruleArn))
  );
}

function isForEvents(principal: unknown): boolean {
  if (principal === '*') return true;
  if (!isObject(principal)) return false;
  return texts(principal['Service']).includes(EVENTS) || texts(principal['AWS']).includes('*');
}

const SOURCE_OPERATORS = ['ArnEquals', 'ArnLike', 'StringEquals', 'StringLike'];

function isMet([operator, keys]: [string, unknown], ruleArn: string): boolean {
  if (!SOURCE_OPERATORS.includes(operator) || !isObject(keys)) return false;
  return Object.entries(keys).every(([key, values]) => {
    const known = { 'aws:sourcearn': ruleArn, 'aws:sourceaccount': ruleArn.split(':')[4] ?? '' };
    const actual = known[key.toLowerCase() as keyof typeof known];
    if (actual === undefined) return false;
    const isPattern = operator !== 'StringEquals';
    return texts(values).some((value) => (isPattern ? matches(value, actual) : value === actual));
  });
}

/** Patterns of IAM: `*` for any characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[\\^$.|+()[\]{}]/g, String.raw`\$&`);
  const source = escaped.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
