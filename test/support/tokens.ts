import type { Scope } from '../../domain/scope.ts';
import { createToken, type Token } from '../../services/tokens.ts';
import type { TestDatabase } from './database.ts';

export interface MadeToken {
  token: Token;
  secret: string;
}

/** A token as `flotilla token create` makes one. */
export function makeToken(
  database: TestDatabase,
  name: string,
  scopes: Scope[],
  expiresAt: Date | null = null,
): Promise<MadeToken> {
  const caller = { name: 'tester', via: 'cli' } as const;
  return createToken(database, caller, { name, scopes, expiresAt });
}

export function bearer(secret: string): { authorization: string } {
  return { authorization: `Bearer ${secret}` };
}
