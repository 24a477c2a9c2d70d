import { describe } from 'vitest';
import { engineContract } from '../contract/engine-suite.ts';
import { limitedTo } from '../support/attempt-spec.ts';
import { useEngines, type Bed } from './engines.ts';

describe.each(['ec2', 'fargate'] as const)('engine ecs on %s does what every engine does', (on) => {
  let bed: Bed | null = null;
  useEngines((given) => (bed = given));
  engineContract(() => {
    if (bed === null) throw new Error('there is no ECS');
    const { ecs, open } = bed;
    return {
      open: () => open(on),
      // What runs noted, without who they are.
      ledger: () => ecs.ledger.lines().map((line) => line.split(' ')[0] ?? ''),
      note: (text) => ecs.ledger.note(text),
      spec: { image: 'registry.example/bash:1', ...limitedTo(64) },
      bars: false,
      longestCommand: 60_000,
    };
  });
});
