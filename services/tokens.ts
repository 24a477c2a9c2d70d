import { randomBytes } from 'node:crypto';
import { hashOf, isSecret, newSecret } from '../auth/secret.ts';
import type { Caller } from '../domain/caller.ts';
import { conflict, FlotillaError, invalid, messageOf, notFound } from '../domain/errors.ts';
import type { Scope } from '../domain/scope.ts';
import { sqlState } from '../db/errors.ts';
import {
  findTokenByHash,
  insertToken,
  listTokens as listRows,
  markRevoked,
  noteUse,
  type TokenRow,
} from '../db/tokens.ts';
import type { Services } from './context.ts';

const UNIQUE_VIOLATION = '23505';
const MINUTE_MS = 60_000;
/** What can stand in a line of a record without being taken for something else. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,99}$/u;

/** A token as it may be shown. */
export type Token = Omit<TokenRow, 'hash'>;

export interface TokenRequest {
  name: string;
  scopes: Scope[];
  /** Null is never. */
  expiresAt: Date | null;
}

/**
 * Makes a token. Its secret is in the answer and nowhere else.
 * @throws FlotillaError `invalid` (name, scopes, expires), `conflict` (the name is taken)
 */
export async function createToken(
  services: Pick<Services, 'db'>,
  caller: Caller,
  request: TokenRequest,
): Promise<{ token: Token; secret: string }> {
  const { name, expiresAt } = request;
  const scopes = [...new Set(request.scopes)];
  if (!NAME.test(name)) {
    throw invalid(
      'name',
      'a name is 1 to 100 letters, digits, spaces or ._@+-, a letter or digit first',
    );
  }
  if (scopes.length === 0) throw invalid('scopes', 'must not be empty');
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw invalid('expires', 'must be in the future');
  }
  const secret = newSecret();
  const row = {
    id: `tok-${randomBytes(6).toString('hex')}`,
    name,
    hash: hashOf(secret),
    scopes,
    createdBy: caller.name ?? 'unknown',
    expiresAt,
  };
  try {
    return { token: shown(await insertToken(services.db, row)), secret };
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw conflict(`a token is named ${name} already; names stay taken, as records refer to them`);
  }
}

export async function listTokens(
  services: Pick<Services, 'db'>,
  _caller: Caller,
): Promise<Token[]> {
  return (await listRows(services.db)).map(shown);
}

/**
 * Ends a token, from the next request on, for good.
 * @param idOrName either; names are unique
 * @throws FlotillaError `not_found`
 */
export async function revokeToken(
  services: Pick<Services, 'db'>,
  _caller: Caller,
  idOrName: string,
): Promise<Token> {
  const row = await markRevoked(services.db, idOrName);
  if (row === null) throw notFound(`no token has the id or name ${idOrName}`);
  return shown(row);
}

/**
 * The token that a request came with. It is looked up each time, so that revoking is immediate.
 * @throws FlotillaError `unauthenticated`; the text never repeats what was sent
 */
export async function verifyToken(
  services: Pick<Services, 'db' | 'warn'>,
  secret: string,
): Promise<Token> {
  const row = isSecret(secret) ? await findTokenByHash(services.db, hashOf(secret)) : null;
  if (row === null) throw refused('the token is not known here');
  const now = Date.now();
  if (row.revokedAt !== null) throw refused(`the token ${row.name} was revoked`);
  if (row.expiresAt !== null && row.expiresAt.getTime() <= now) {
    throw refused(`the token ${row.name} expired at ${row.expiresAt.toISOString()}`);
  }
  if (row.lastUsedAt === null || row.lastUsedAt.getTime() < now - MINUTE_MS) {
    await noteUse(services.db, row.id).catch((error: unknown) =>
      services.warn('the use of a token was not noted', { token: row.id, error: messageOf(error) }),
    );
  }
  return shown(row);
}

function refused(text: string): FlotillaError {
  return new FlotillaError('unauthenticated', text);
}

function shown(row: TokenRow): Token {
  const { hash: _, ...token } = row;
  return token;
}
