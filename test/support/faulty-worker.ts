/*
 * A worker process that ends or freezes itself at a point that the test names, as if it had been
 * killed from outside there: FAULT=<kill|freeze>:<before|after>:<activity or engine.method>:<nth>.
 * `engine.register` is the moment in a launch at which an engine puts its job on record.
 */
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { loadConfig } from '../../conf/load.ts';
import type { Engine, Register } from '../../engines/engine.ts';
import { createLogger } from '../../telemetry/log.ts';
import { startWorker } from '../../worker.ts';

const [how = '', when = '', where = '', nth = '1'] = (process.env['FAULT'] ?? '').split(':');
let seen = 0;

/** Counts passages of the named point, and faults at the nth. */
function passing(time: 'before' | 'after', point: string): void {
  if (time !== when || point !== where) return;
  seen += 1;
  if (seen === Number(nth)) {
    process.stderr.write(`fault: ${how} ${when} ${where}\n`);
    process.kill(process.pid, how === 'freeze' ? 'SIGSTOP' : 'SIGKILL');
  }
}

function faultyRegister(register: Register): Register {
  return async (...args) => {
    passing('before', 'engine.register');
    const may = await register(...args);
    passing('after', 'engine.register');
    return may;
  };
}

function faultyEngine(engine: Engine): Engine {
  const methods = ['find', 'describe', 'end', 'release'] as const;
  const launch: Engine['launch'] = async (spec, signal, register, tell) => {
    passing('before', 'engine.launch');
    const job = await engine.launch(spec, signal, faultyRegister(register), tell);
    passing('after', 'engine.launch');
    return job;
  };
  return new Proxy(engine, {
    get(target, property) {
      if (property === 'launch') return launch;
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (!methods.some((name) => name === property)) return method;
      return async (...args: unknown[]) => {
        passing('before', `engine.${String(property)}`);
        const answer = await method(...args);
        passing('after', `engine.${String(property)}`);
        return answer;
      };
    },
  });
}

const config = loadConfig();

const log = createLogger(config.log_level, 'worker');
await startWorker({
  config,
  log,
  engineFor: (_, open) => {
    const engine = open();
    return engine === null ? null : faultyEngine(engine);
  },
  interceptors: {
    activity: [
      (context) => {
        const inbound: ActivityInboundCallsInterceptor = {
          async execute(input, next) {
            passing('before', context.info.activityType);
            const answer = await next(input);
            passing('after', context.info.activityType);
            return answer;
          },
        };
        return { inbound };
      },
    ],
  },
});
process.stderr.write('polling\n');
