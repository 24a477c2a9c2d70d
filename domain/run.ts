import { createHash, randomUUID } from 'node:crypto';
import type { EngineName } from './engine-name.ts';

/** Something that happened to a run on its cluster, in the wire form of flotilla-os. */
export interface PodEvent {
  timestamp?: string;
  event_type: string;
  reason: string;
  source_object: string;
  message: string;
  /** How often it happened, where that is more than once. */
  count?: number;
}

const UUID_LENGTH = 36;

/**
 * `<engine>-` and a random UUID cut so that the whole has 36 characters, as in flotilla-os.
 */
export function newRunId(engine: EngineName, uuid: string = randomUUID()): string {
  const prefix = `${engine}-`;
  return prefix + uuid.slice(prefix.length, UUID_LENGTH);
}

/** `<group>-<uuid>`; the group may be empty. */
export function newDefinitionId(groupName: string): string {
  return `${groupName}-${randomUUID()}`;
}

/** Hex MD5 of a command, by which flotilla-os groups runs; null for no command. */
export function commandHash(command: string | null): string | null {
  if (command === null || command === '') return null;
  return createHash('md5').update(command).digest('hex');
}
