import type { EngineName } from '../domain/engine-name.ts';
import { messageOf } from '../domain/errors.ts';
import {
  certainLifecycle,
  lifecycleByHistory,
  type LifecycleChoice,
  type NodeLifecycle,
} from '../domain/node-lifecycle.ts';
import { failedLately, spotReattemptRate, usualMinutes } from '../db/run-history.ts';
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
 * engines eks and eks-spark have such kinds; for others nothing is asked of the database.
 */
export async function placementOf(services: Acting, request: PlacementRequest): Promise<Placement> {
  const { settings } = services;
  const { nodeLifecycle, gpu, activeDeadlineSeconds } = request;
  if (request.engine !== 'eks' && request.engine !== 'eks-spark') {
    const deadlineSeconds = activeDeadlineSeconds ?? settings.deadlineSecondsDefault;
    return { lifecycle: nodeLifecycle ?? 'spot', why: null, deadlineSeconds };
  }
  const isSpark = request.engine === 'eks-spark';
  const certain = certainLifecycle(settings.spot, nodeLifecycle, isSpark ? 0 : gpu);
  // Not by history: how long a run may take must not depend on how others fared a minute ago.
  const byDefault =
    certain === null ? settings.deadlineSecondsDefault : settings.onDemandDeadlineSecondsDefault;
  const choice = certain ?? (await (isSpark ? sparkByHistory : byHistory)(services, request));
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

/** Executors of Spark jobs leave spot capacity alone after a failure of their command. */
async function sparkByHistory(
  services: Acting,
  { definitionId, commandHash }: PlacementRequest,
): Promise<LifecycleChoice> {
  const lately =
    commandHash === null
      ? false
      : await failedLately(services.db, { executableId: definitionId, commandHash }).catch(
          (error: unknown) => {
            services.warn('whether a command failed lately is not known', {
              error: messageOf(error),
            });
            return false;
          },
        );
  if (lately) {
    const why = 'a run of this command failed in the last 12 hours';
    return { lifecycle: 'ondemand', why };
  }
  const reattemptRate = await services.spotReattemptRate();
  return lifecycleByHistory(services.settings.spot, { reattemptRate, usualMinutes: null });
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
