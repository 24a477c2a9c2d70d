/** What a token is good for. */
export const SCOPES = ['read', 'run', 'define', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * The lattice: admin above run and define, both above read. Neither of the two in the middle includes
 * the other, since who may run a job need not be who says what it does.
 */
const INCLUDES: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  run: ['run', 'read'],
  define: ['define', 'read'],
  admin: SCOPES,
};

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

/** True when one of the scopes granted is the one needed, or above it. */
export function allows(granted: readonly Scope[], needed: Scope): boolean {
  return granted.some((scope) => INCLUDES[scope].includes(needed));
}
