import type { FailureClass } from '../../domain/outcome.ts';

interface Cause {
  /** Of all that ECS said of the task. */
  pattern: RegExp;
  failure: FailureClass;
}

/** What a container has to say of its end only where it had an exit code. */
const OUT_OF_MEMORY: Cause = { pattern: /OutOfMemory/i, failure: 'oom' };

/** A host that is full or worn out fails many things, so this comes before what it failed at. */
const WORN_HOST: readonly Cause[] = [
  { pattern: /no space left on device|disk (is )?full/i, failure: 'host-fault' },
  { pattern: /too many open files/i, failure: 'host-fault' },
];

const LOST_HOST: readonly Cause[] = [
  { pattern: /\bSpotInterruption\b|spot (task|instance).*interrupted/i, failure: 'preempted' },
  { pattern: /Host EC2 \(instance [^)]*\) (stopped\/)?terminated/i, failure: 'host-lost' },
  { pattern: /\bTerminationNotice\b/, failure: 'evicted' },
];

/** Words of registries by which no other attempt fares better. */
const NO_SUCH_IMAGE =
  /not found|manifest unknown|does not exist|no matching manifest|invalid reference format|access denied|access forbidden|no basic auth|unauthorized|not authorized|authorization|\b40[134]\b/i;
/** Words by which one may. */
const PASSING =
  /time[- ]?out|timed out|deadline exceeded|canceled|connection (refused|reset)|no such host|server misbehaving|temporary failure|unexpected EOF|\bEOF\b|toomanyrequests|too many requests|rate exceeded|throttl|\b(429|5\d\d)\b|send request failed/i;
/** What the definition names and the account does not have, or does not give. */
const NOT_GIVEN =
  /assume the role|AccessDenied|not authorized|ResourceNotFound|does not exist|ParameterNotFound|invalid parameters|not found/i;
/** A container that cannot run anywhere. */
const CANNOT_RUN =
  /executable file not found|exec format error|exec: |permission denied|no such file or directory|invalid (mount|argument|environment)/i;
/** AWS's own troubles on the way to a container. */
const ON_THE_WAY =
  /Timeout waiting for|timed out|Could not transition to|network interface|Capacity is unavailable|unexpected EC2 error|internal error|InternalError|fault on our end/i;

/**
 * What kind of failure ECS's words tell of, where a task ended without an exit code (pure); null where they
 * tell of none. The texts: Amazon ECS Developer Guide, "Stopped task error codes", and the agent's
 * source (agent/api/errors, agent/engine/errors.go).
 */
export function failureOf(words: string): FailureClass | null {
  const host = [OUT_OF_MEMORY, ...LOST_HOST, ...WORN_HOST].find(({ pattern }) =>
    pattern.test(words),
  );
  if (host !== undefined) return host.failure;
  if (/CannotPull|ImagePull|pull image|pullimage/i.test(words)) return pullFailure(words);
  if (/ResourceInitializationError|unable to assume the role|Fetching secret/i.test(words)) {
    return PASSING.test(words) ? 'host-fault' : resourceFailure(words);
  }
  if (/Cannot(Create|Start|Inspect)Container|CannotCreateVolume/.test(words)) {
    return CANNOT_RUN.test(words) ? 'start-error' : 'host-fault';
  }
  return ON_THE_WAY.test(words) ? 'host-fault' : null;
}

/** That a request was given up is said of a registry that did not answer, whatever else is. */
function pullFailure(words: string): FailureClass {
  if (/assume the role/i.test(words)) return 'start-error';
  if (PASSING.test(withoutNames(words))) return 'image-transient';
  return NO_SUCH_IMAGE.test(words) ? 'image-permanent' : 'image-transient';
}

/** Names of images and hosts may say anything. */
function withoutNames(words: string): string {
  return words.replace(/"[^"]*"/g, '').replace(/\S+[/@:]\S+/g, '');
}

function resourceFailure(words: string): FailureClass {
  return NOT_GIVEN.test(words) ? 'start-error' : 'host-fault';
}

/** True for words of memory that ran out, which come with an exit code. */
export function isOutOfMemory(words: string): boolean {
  return OUT_OF_MEMORY.pattern.test(words);
}

/** How the host took the task away; null where it did not. */
export function disruptionOf(words: string): FailureClass | null {
  return LOST_HOST.find(({ pattern }) => pattern.test(words))?.failure ?? null;
}
