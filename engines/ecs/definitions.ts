import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { FlotillaError, messageOf } from '../../domain/errors.ts';
import { isNamed } from '../../aws/client.ts';
import { BoundedMap } from '../bounded.ts';
import type { TaskDefinition } from './spec.ts';

/**
 * Task definitions by what is in them: each is registered once, by whoever needs it first, and found again
 * by its family. Two who register at once make two revisions of the same content, which does no harm.
 */
export class Definitions {
  readonly #ecs: ECSClient;
  readonly #known = new BoundedMap<Promise<string>>();

  constructor(ecs: ECSClient) {
    this.#ecs = ecs;
  }

  /** The ARN of a revision with this content. @throws errors of the SDK */
  async arnOf(definition: TaskDefinition): Promise<string> {
    const { family } = definition;
    const known = this.#known.get(family);
    if (known !== undefined) return known;
    const asked = this.#findOrRegister(definition);
    this.#known.set(family, asked);
    asked.catch(() => this.#known.delete(family));
    return asked;
  }

  /** Somebody deregistered it. */
  forget({ family }: TaskDefinition): void {
    this.#known.delete(family);
  }

  async #findOrRegister(definition: TaskDefinition): Promise<string> {
    const found = await this.#find(definition.family);
    if (found !== null) return found;
    const { taskDefinition } = await this.#ecs.send(new RegisterTaskDefinitionCommand(definition));
    const arn = taskDefinition?.taskDefinitionArn;
    if (arn === undefined) {
      throw new FlotillaError('unavailable', 'ECS registered a task definition without an ARN');
    }
    return arn;
  }

  /** The latest active revision of a family; null where there is none. */
  async #find(family: string): Promise<string | null> {
    const query = new DescribeTaskDefinitionCommand({ taskDefinition: family });
    try {
      const { taskDefinition } = await this.#ecs.send(query);
      if (taskDefinition?.status === 'INACTIVE') return null;
      return taskDefinition?.taskDefinitionArn ?? null;
    } catch (error) {
      if (isNamed(error, 'ClientException') && /Unable to describe/i.test(messageOf(error))) {
        return null;
      }
      throw error;
    }
  }
}
