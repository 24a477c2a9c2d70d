import { afterAll, beforeAll } from 'vitest';
import type { EcsConfig } from '../../engines/ecs/open.ts';
import { check } from '../../engines/ecs/setup/check.ts';
import { openClients, type AwsClients } from '../../engines/ecs/setup/clients.ts';
import { findingLine } from '../../engines/ecs/setup/finding.ts';
import { setUp, type SetupRequest } from '../../engines/ecs/setup/setup.ts';
import { stepLine } from '../../engines/ecs/setup/step.ts';
import type { Ecs } from '../support/ecs/start-ecs.ts';
import { useEcs } from '../support/ecs/use-ecs.ts';
import { ecsConfig } from './engines.ts';

const MUTATING = /\.(Create|Put|Set|Delete|Remove|Register|Run|Start|Stop|Update|Tag)/;

export interface Operator {
  ecs: Ecs;
  aws: AwsClients;
  /** Sets up, and answers with the lines that are shown. */
  setUp(request: Partial<SetupRequest> & { queue: string }): Promise<string[]>;
  /** What is found of a cluster, as lines, with the configuration of the tests and what is said. */
  check(config: Partial<EcsConfig>, on?: string): Promise<string[]>;
  /** How many calls so far changed something. */
  changes(): Promise<number>;
}

/** Somebody with an AWS in which nothing is set up. */
export function useOperator(given: (operator: Operator) => void): void {
  let aws: AwsClients;
  let ecs: Ecs | null = null;
  useEcs((started) => void (ecs = started));
  beforeAll(async () => {
    if (ecs === null) return;
    const started = ecs;
    const { control, client } = started;
    aws = await openClients(client.region);
    given({
      ecs,
      aws,
      async setUp(request) {
        const full = { rule: request.queue, clusters: [], dryRun: false, ...request };
        const lines: string[] = [];
        for await (const step of setUp(aws, full)) lines.push(stepLine(step, full.dryRun));
        return lines;
      },
      async check(config, on = started.clusters.ec2) {
        const whole = ecsConfig(started, config);
        const rule = whole.queue_status ?? '';
        const lines: string[] = [];
        const findings = check(aws, { config: whole, cluster: on, rule });
        for await (const finding of findings) lines.push(findingLine(finding));
        return lines;
      },
      async changes() {
        const entries = Object.entries(await control.calls());
        return entries
          .filter(([name]) => MUTATING.test(name))
          .reduce((sum, [, times]) => sum + times.length, 0);
      },
    });
  });
  afterAll(() => aws?.close());
}
