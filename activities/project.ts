import type { LifecycleWrite } from '../domain/lifecycle/record.ts';
import { stepEvents } from '../domain/event-messages.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { writeLifecycle, type Projected } from '../db/lifecycle.ts';
import type { Db } from '../db/client.ts';

export interface ProjectDeps {
  db: Db;
  telemetry: Telemetry;
}

/**
 * Projects a step of a lifecycle, and tells those who listen. They are told after the commit: what a
 * process that dies has not told by then, nobody is told.
 * @throws FlotillaError `not_found`
 */
export async function project(
  { db, telemetry }: ProjectDeps,
  write: LifecycleWrite,
): Promise<Projected> {
  const { metrics, events } = telemetry;
  const began = performance.now();
  const done = await writeLifecycle(db, write, events.on);
  const { cluster, reported } = done;
  if (cluster === null) return done;
  metrics.observe('updateRun', performance.now() - began, { cluster });
  if (write.attempt?.state === 'ended') {
    metrics.count('attemptEnded', { cluster, failure: write.attempt.failureClass ?? 'none' });
  }
  if (reported !== null) {
    const statuses = write.transitions.map(({ status }) => status);
    stepEvents(reported, statuses, new Date()).forEach((event) => events.emit(event));
  }
  return done;
}
