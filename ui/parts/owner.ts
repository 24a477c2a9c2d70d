const KEY = 'flotilla.owner';

/** On whose behalf this browser launched last; null before it did. */
export function lastOwner(): string | null {
  return localStorage.getItem(KEY);
}

export function keepOwner(owner: string): void {
  localStorage.setItem(KEY, owner);
}
