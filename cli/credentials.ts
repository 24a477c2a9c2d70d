import { readFileSync } from 'node:fs';
import { invalid, messageOf } from '../domain/errors.ts';

/**
 * The token that a person set: FLOTILLA_TOKEN, else what the file says that FLOTILLA_TOKEN_FILE names,
 * else none. Never an argument, because those are in the list of processes for all to see.
 * @throws FlotillaError `invalid` naming the variable, and never repeating what it says
 */
export function tokenFromEnvironment(
  environment: Record<string, string | undefined> = process.env,
): string | null {
  const token = environment['FLOTILLA_TOKEN']?.trim() ?? '';
  if (token !== '') return checked('FLOTILLA_TOKEN', token);
  const file = environment['FLOTILLA_TOKEN_FILE'] ?? '';
  if (file === '') return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid('FLOTILLA_TOKEN_FILE', `FLOTILLA_TOKEN_FILE: ${messageOf(error)}`);
  }
  return checked('FLOTILLA_TOKEN_FILE', text.trim());
}

/** What cannot stand in a header would be refused by fetch, with an error that shows it. */
function checked(variable: string, token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw invalid(variable, `${variable}: what it says is not a token`);
}
