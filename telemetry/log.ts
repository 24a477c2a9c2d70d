import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** JSON lines on standard error: time, level, message and what concerns a run (run_id, attempt). */
export function createLogger(level: string, service: string): Logger {
  return pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
