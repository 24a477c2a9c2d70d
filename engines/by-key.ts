/** A thing that several share, and how a user of it lets go; each user does so once. */
export interface Shared<T> {
  value: T;
  close(): Promise<void>;
}

/** Things of which this process has one for each key: made by whoever needs it first, closed by the last. */
export class SharedByKey<T extends { close(): Promise<void> }> {
  readonly #open = new Map<string, { value: T; users: number }>();

  open(key: string, make: () => T): Shared<T> {
    const entry = this.#open.get(key) ?? { value: make(), users: 0 };
    entry.users += 1;
    this.#open.set(key, entry);
    return {
      value: entry.value,
      close: async () => {
        entry.users -= 1;
        if (entry.users > 0) return;
        this.#open.delete(key);
        await entry.value.close();
      },
    };
  }
}
