import { systemCode } from '../domain/errors.ts';

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** SQLSTATE classes and codes for a server that is going, gone, or gave up waiting. */
const SERVER = /^(08|57P0[123]|57014|53)/;
/** What node-postgres says without a code. */
const TEXTS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** True when the database, and not the request, is at fault: the same again may succeed. */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = systemCode(cause) ?? '';
    if (NETWORK.has(code) || SERVER.test(code) || TEXTS.test(cause.message)) return true;
  }
  return false;
}

/** The SQLSTATE of a failed statement, or null. */
export function sqlState(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = systemCode(cause);
    if (code !== null && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return null;
}
