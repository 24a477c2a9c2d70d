import { FlotillaError, messageOf } from '../../../domain/errors.ts';

/** `missing`: runs cannot do without it. `note`: what cannot be known, or what they can do without. */
export interface Finding {
  state: 'ok' | 'missing' | 'note';
  text: string;
}

export const ok = (text: string): Finding => ({ state: 'ok', text });
export const note = (text: string): Finding => ({ state: 'note', text });

/** @param remedy what to do about it */
export const missing = (what: string, remedy: string): Finding => ({
  state: 'missing',
  text: `${what}: ${remedy}`,
});

const WORDS = { ok: 'ok', missing: 'MISSING', note: 'note' };

export function findingLine({ state, text }: Finding): string {
  return `${WORDS[state].padEnd(7)} ${text}`;
}

/**
 * Looks at something; a refusal or failure of AWS is a finding too.
 * @param optional what a worker needs no permission to look at
 */
export async function looked(
  what: string,
  look: () => Promise<Finding[]>,
  optional = false,
): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof FlotillaError)) throw error;
    if (error.code !== 'forbidden') return [missing(what, messageOf(error))];
    if (optional) return [note(`${what} is not known: ${error.message}`)];
    return [missing(`permission ${error.field ?? ''}`, messageOf(error.cause))];
  }
}
