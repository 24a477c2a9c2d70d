import type { EngineName } from '../domain/engine-name.ts';
import { messageOf } from '../domain/errors.ts';
import {
  certainLifecycle,
  lifecycleByHistory,
  type LifecycleChoice,
  type NodeLifecycle,
} from '../domain/node-lifecycle.ts';
import { spotReattemptRate, usualMinutes } from '../db/run-history.ts';
import type { Db } from '../db/client.ts';
import type { Acting } from './context.ts';

const RATE_IS_FRESH_MS = 60_000;

export interface PlacementRequest {
  engine: EngineName;
  definitionId: string;
  commandHash: string | null;
  gpu: number;
  nodeLifecycle: NodeLifecycle | null;
  activeDeadlineSeconds: number | null;
}

export interface Placement extends LifecycleChoice {
  deadlineSeconds: number;
}

/**
 * On which kind of capacity a run goes, and how long it may take (parity with flotilla-os). Only
 * engine eks has such kinds; for others nothing is asked of the database.
 */
export async function placementOf(services: Acting, request: PlacementRequest): Promise<Placement> {
  const { settings } = services;
  const { nodeLifecycle, gpu, activeDeadlineSeconds } = request;
  if (request.engine !== 'eks') {
    const deadlineSeconds = activeDeadlineSeconds ?? settings.deadlineSecondsDefault;
    return { lifecycle: nodeLifecycle ?? 'spot', why: null, deadlineSeconds };
  }
  const certain = certainLifecycle(settings.spot, nodeLifecycle, gpu);
  // Not by history: how long a run may take must not depend on how others fared a minute ago.
  const byDefault =
    certain === null ? settings.deadlineSecondsDefault : settings.onDemandDeadlineSecondsDefault;
  const choice = certain ?? (await byHistory(services, request));
  return { ...choice, deadlineSeconds: activeDeadlineSeconds ?? byDefault };
}

async function byHistory(
  services: Acting,
  { definitionId, commandHash }: PlacementRequest,
): Promise<LifecycleChoice> {
  const [reattemptRate, minutes] = await Promise.all([
    services.spotReattemptRate(),
    commandHash === null
      ? null
      : usualMinutes(services.db, { executableId: definitionId, commandHash }).catch(
          (error: unknown) => {
            services.warn('how long a command takes is not known', { error: messageOf(error) });
            return null;
          },
        ),
  ]);
  return lifecycleByHistory(services.settings.spot, { reattemptRate, usualMinutes: minutes });
}

/** The same for all runs, so asked once a minute; null, and asked again, when that fails. */
export function recentReattemptRate(
  db: Db,
  warn: Acting['warn'],
  now: () => number = Date.now,
): Acting['spotReattemptRate'] {
  let known: { at: number; rate: Promise<number | null> } | null = null;
  return () => {
    if (known !== null && now() - known.at < RATE_IS_FRESH_MS) return known.rate;
    const rate = spotReattemptRate(db).catch((error: unknown) => {
      warn('how often runs on spot capacity are repeated is not known', {
        error: messageOf(error),
      });
      known = null;
      return null;
    });
    known = { at: now(), rate };
    return rate;
  };
}
