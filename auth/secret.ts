import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'flt_';
/** 256 bits. */
const SECRET_BYTES = 32;
const SHAPE = /^flt_[A-Za-z0-9_-]{43}$/;

/** A new token. The prefix lets scanners of repositories and logs find one that leaked. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** True for what can be a token at all; anything else need not be looked up. */
export function isSecret(text: string): boolean {
  return SHAPE.test(text);
}

/**
 * What is stored of a token. A plain SHA-256 is right here: a token is 256 random bits, so there is no
 * list of likely ones to try, which is what salt and slow hashes are against (passwords). And because
 * it is looked up by this hash, comparing takes no time that tells anything about a token.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
