import { setTimeout as sleep } from 'node:timers/promises';

type Answer<T> = T | null | undefined | false;

/** Asks until there is an answer; fails with what was waited for. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<Answer<T>> | Answer<T>,
  withinMs = 45_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > until) throw new Error(`it did not come to pass: ${what}`);
    await sleep(25);
  }
}
