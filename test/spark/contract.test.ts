import { describe } from 'vitest';
import type { Engine } from '../../engines/engine.ts';
import { engineContract } from '../contract/engine-suite.ts';
import { shellSpark, useEngines, type Bed } from './engines.ts';

/** The suite's jobs are shell commands. */
function running(engine: Engine): Engine {
  const launch: Engine['launch'] = (spec, ...rest) =>
    engine.launch({ ...spec, spark: shellSpark(spec.command) }, ...rest);
  return new Proxy(engine, {
    get(of, key) {
      if (key === 'launch') return launch;
      const value: unknown = Reflect.get(of, key, of);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

describe('engine eks-spark does what every engine does', () => {
  let bed: Bed | null = null;
  useEngines((given) => void (bed = given));
  engineContract(() => {
    if (bed === null) throw new Error('there is no EMR');
    const { spark, open } = bed;
    return {
      open: () => running(open()),
      // What runs noted, without who they are.
      ledger: () => spark.ledger.lines().map((line) => line.split(' ')[0] ?? ''),
      note: (text) => spark.ledger.note(text),
      bars: false,
      // EMR takes arguments of 10,280 characters.
      longestCommand: 10_000,
      tellsCodes: false,
      tellsTimes: false,
    };
  });
});
