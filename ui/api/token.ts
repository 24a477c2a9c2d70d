const KEY = 'flotilla.token';
const listeners = new Set<() => void>();

/** The API token of this browser, or null: most installations on a laptop need none. */
export function tokenOf(): string | null {
  return localStorage.getItem(KEY);
}

export function keepToken(token: string): void {
  localStorage.setItem(KEY, token);
  for (const listener of listeners) listener();
}

/** What the server does not take is not sent again. */
export function forgetToken(): void {
  if (tokenOf() === null) return;
  localStorage.removeItem(KEY);
  for (const listener of listeners) listener();
}

/** Calls on each change of the token; answers with how to stop that. */
export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
