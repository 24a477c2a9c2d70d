import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Outages } from '../../../../engines/docker/outages.ts';
import { eventually } from '../../../support/eventually.ts';

/** What the outages ask of a daemon, as the test lets it be. */
class TestDaemon {
  /** Milliseconds until it answers; null for not at all. */
  answersIn: number | null = 0;
  connections = 0;
  #cut: (() => void) | null = null;

  async greet(): Promise<void> {
    if (this.answersIn === null) throw new Error('connect ECONNREFUSED');
    await sleep(this.answersIn);
  }

  async *events(_cluster: string, signal: AbortSignal): AsyncGenerator<never> {
    this.connections += 1;
    await new Promise<void>((resolve) => {
      this.#cut = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    // Nothing happens on it.
    yield* [];
  }

  /** Ends the connection that is held. */
  cut(): void {
    this.#cut?.();
  }
}

let outages: Outages;
afterEach(() => outages.close());

async function followed(daemon: TestDaemon): Promise<void> {
  outages = new Outages(daemon, 'default');
  outages.follow();
  await eventually('it is connected', () => daemon.connections === 1);
}

test('a daemon that refuses was away from the break until it answers', async () => {
  const daemon = new TestDaemon();
  await followed(daemon);
  daemon.answersIn = null;
  const broke = Date.now();
  daemon.cut();
  await eventually('it is noticed', () => outages.all().length === 1);
  expect(outages.all()[0]).toMatchObject({ until: null });
  daemon.answersIn = 0;
  await eventually('it is back', () => outages.all()[0]?.until != null);
  expect(outages.all()[0]?.from.getTime()).toBeGreaterThanOrEqual(broke);
  expect(outages.all()).toHaveLength(1);
});

test('one that takes the connection and answers late was away, and counts so before it answers', async () => {
  const daemon = new TestDaemon();
  await followed(daemon);
  daemon.answersIn = 1_500;
  daemon.cut();
  await eventually('it is in doubt', () => outages.all().length === 1);
  expect(outages.all()[0]?.until).toBeNull();
  await eventually('it is back', () => outages.all()[0]?.until != null);
  expect(outages.all()).toHaveLength(1);
});

test('a connection that breaks while the daemon is there is no outage', async () => {
  const daemon = new TestDaemon();
  await followed(daemon);
  daemon.cut();
  await eventually('it is connected again', () => daemon.connections === 2);
  expect(outages.all()).toEqual([]);
});
