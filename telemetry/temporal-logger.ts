import { DefaultLogger, type LogEntry, type Logger as TemporalLogger } from '@temporalio/worker';
import type { Logger } from './log.ts';

const LEVELS = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const;

/** Temporal's SDK, workflows and activities write into the service's log. */
export function temporalLogger(log: Logger): TemporalLogger {
  const level = log.isLevelEnabled('debug') ? 'DEBUG' : 'INFO';
  return new DefaultLogger(level, (entry: LogEntry) => {
    // Workers of a cluster have activities only, on purpose.
    if (entry.message.startsWith('No workflows registered')) return;
    const meta = Object.fromEntries(
      Object.entries(entry.meta ?? {}).map(([key, value]) => [
        key,
        value instanceof Error ? { message: value.message, stack: value.stack } : value,
      ]),
    );
    log[LEVELS[entry.level]](meta, entry.message);
  });
}
