import { setTimeout as sleep } from 'node:timers/promises';
import {
  planAdoption,
  type Adoption,
  type OpenForeignRun,
  type Served,
} from '../domain/adoption.ts';
import type { Caller } from '../domain/caller.ts';
import { conflict } from '../domain/errors.ts';
import { adoptRun, openForeignRuns, recentActivity, rowVersions } from '../db/adopt.ts';
import { listClusters } from '../db/clusters.ts';
import type { Db } from '../db/client.ts';
import { sqlState } from '../db/errors.ts';

const UNDEFINED_COLUMN = '42703';
const UNDEFINED_TABLE = '42P01';

/** What adoption works with: neither Temporal nor an engine. */
export interface AdoptDeps {
  db: Db;
  /** Engine of a cluster that names none. */
  engineDefault: string;
  /** Of the Jobs of flotilla-os. */
  jobNamespace: string;
  isBuilt?: (engine: string) => boolean;
  /** Told what is being done, for people. */
  tell(text: string): void;
}

export interface AdoptOptions {
  /** One cluster's runs only; null for all. */
  cluster: string | null;
  /** At most so many runs are taken over; null for all. */
  limit: number | null;
  dryRun: boolean;
  /** Adopts though flotilla-os seems alive. */
  force: boolean;
  /** Minutes for which flotilla-os must have done nothing to a run. */
  quietMinutes: number;
  /** Seconds for which its rows are watched for writes that leave no time behind. */
  watchSeconds: number;
}

export interface AdoptedRun {
  run: OpenForeignRun;
  adoption: Adoption;
}

export interface AdoptReport {
  /** Every run that was looked at, in order, and what became of it or would. */
  runs: AdoptedRun[];
  /** Runs beyond the limit. */
  left: number;
}

const TELL_EVERY = 500;

/**
 * Takes over the runs of flotilla-os that are not over. Each is a transaction of its own, so that it
 * may be interrupted and called again.
 * @throws FlotillaError `conflict` (flotilla-os seems alive, or the schema is not ours yet)
 */
export async function adoptRuns(
  deps: AdoptDeps,
  caller: Caller,
  options: AdoptOptions,
): Promise<AdoptReport> {
  const { db } = deps;
  const found = await onOurSchema(() => openForeignRuns(db, options.cluster));
  const { engineDefault, jobNamespace, isBuilt } = deps;
  const clusters = await listClusters(db);
  const served: Served = {
    clusters,
    engineDefault,
    jobNamespace,
    ...(isBuilt === undefined ? {} : { isBuilt }),
  };
  const planned = found.map((run) => ({ run, adoption: planAdoption(run, served) }));
  const { chosen, left } = within(planned, options.limit);
  if (options.dryRun) return { runs: chosen, left };
  if (!options.force) await refuseIfAlive(deps, options);
  const runs: AdoptedRun[] = [];
  for (const { run, adoption } of chosen) {
    // Decided again under the row's lock: the first plan was a look from afar.
    const done =
      adoption.kind === 'leave'
        ? adoption
        : await adoptRun(db, run.runId, caller.name, (row) => planAdoption(row, served));
    if (done !== null) runs.push({ run, adoption: done });
    if (runs.length % TELL_EVERY === 0) deps.tell(`${runs.length} of ${chosen.length} runs`);
  }
  return { runs, left };
}

/** What is left alone does not count towards the limit. */
function within(
  planned: AdoptedRun[],
  limit: number | null,
): { chosen: AdoptedRun[]; left: number } {
  let room = limit ?? Infinity;
  const chosen = planned.filter(({ adoption }) => adoption.kind === 'leave' || room-- > 0);
  return { chosen, left: planned.length - chosen.length };
}

async function refuseIfAlive(deps: AdoptDeps, options: AdoptOptions): Promise<void> {
  const recent = await recentActivity(deps.db, options.quietMinutes);
  if (recent !== null) {
    throw alive(`run ${recent.runId} was ${recent.what} at ${recent.at.toISOString()}`);
  }
  if (options.watchSeconds === 0) return;
  const before = await rowVersions(deps.db);
  deps.tell(`watching the runs of flotilla-os for ${options.watchSeconds} s`);
  await sleep(options.watchSeconds * 1000);
  const after = await rowVersions(deps.db);
  const ids = new Set([...before.keys(), ...after.keys()]);
  const written = [...ids].find((runId) => before.get(runId) !== after.get(runId));
  if (written !== undefined) throw alive(`run ${written} was written just now`);
}

function alive(evidence: string): Error {
  return conflict(
    `flotilla-os seems to be alive: ${evidence}; stop its workers first, because two services ` +
      'that serve one run may launch it twice (--force goes on all the same)',
  );
}

async function onOurSchema<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const state = sqlState(error);
    if (state !== UNDEFINED_COLUMN && state !== UNDEFINED_TABLE) throw error;
    throw conflict('this database does not have our columns yet: flotilla migrate adds them');
  }
}
