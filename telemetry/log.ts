import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

let fieldsNow: (() => Record<string, string>) | null = null;
const NONE = {};

/** Adds to every line from now on; null ends that. */
export function setLogFields(fields: (() => Record<string, string>) | null): void {
  fieldsNow = fields;
}

/** JSON lines on standard error: time, level, message and what concerns a run (run_id, attempt). */
export function createLogger(level: string, service: string): Logger {
  return pino(
    {
      level,
      base: { service },
      mixin: () => fieldsNow?.() ?? NONE,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
