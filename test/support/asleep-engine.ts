import { once } from 'node:events';
import { FlotillaError } from '../../domain/errors.ts';
import type { EngineName } from '../../domain/engine-name.ts';
import type { Engine } from '../../engines/engine.ts';

/** An engine that has no room, ever: its runs stay QUEUED, and end at once when they are asked to. */
export function asleepEngine(name: EngineName): Engine {
  return {
    name,
    launch: () => Promise.reject(new FlotillaError('capacity', 'no room')),
    find: () => Promise.resolve({ kind: 'absent' }),
    describe: () => Promise.resolve({ kind: 'absent' }),
    end: () => Promise.resolve({ kind: 'confirmed', own: false, job: null }),
    list: () => Promise.resolve({ jobs: [], next: null }),
    release: () => Promise.resolve(),
    async *watch(signal) {
      if (!signal.aborted) await once(signal, 'abort');
      yield* [];
    },
    async *logs() {
      yield* [];
    },
    logSize: () => Promise.resolve(null),
    logFile: () => null,
    notices: () => [],
    probe: () => Promise.resolve('asleep'),
    close: () => Promise.resolve(),
  };
}
