import type { Caller } from '../domain/caller.ts';
import { conflict, FlotillaError, notFound } from '../domain/errors.ts';
import { classifyExceptions } from '../domain/exit-reason.ts';
import { isStatus, type Status } from '../domain/lifecycle/status.ts';
import { taskStatusEvent } from '../domain/event-messages.ts';
import { MAX_REPORT_BYTES, refuseLongTexts } from '../domain/sizes.ts';
import { amendClosedRun, findRun, type RunRow } from '../db/runs.ts';
import type { Services } from './context.ts';
import { refuseForeign } from './foreign.ts';

/** How long a declared status may wait for a worker before it is refused. */
const APPLY_WITHIN_MS = 10_000;

export interface StatusDeclaration {
  status: string;
  exitCode: number | null;
  exitReason: string | null;
  runExceptions: string[] | null;
}

/**
 * Declares a run's status. STOPPED and NEEDS_RETRY end the job first; a status behind the present one
 * changes nothing but the fields beside it; a run that is over keeps its status.
 * @throws FlotillaError `invalid`, `not_found`, `conflict` (NEEDS_RETRY of a run that is over; a run
 *   of another Flotilla), `unavailable` (in doubt: it may still be applied)
 */
export async function setRunStatus(
  services: Services,
  caller: Caller,
  runId: string,
  declaration: StatusDeclaration,
): Promise<void> {
  const { status } = declaration;
  if (!isStatus(status)) throw new FlotillaError('invalid', `status ${status} is invalid`);
  const exceptions = JSON.stringify(declaration.runExceptions);
  refuseLongTexts(
    { exit_reason: declaration.exitReason, run_exceptions: exceptions },
    MAX_REPORT_BYTES,
  );
  const exitReason = declaration.exitReason ?? classifyExceptions(declaration.runExceptions);
  const wanted = { ...declaration, status, exitReason };
  const run = await requireRun(services, runId);
  refuseForeign(run);
  if (run.status !== 'STOPPED' && (await tellWorkflow(services, caller, run, wanted))) return;
  await amend(services, caller, await requireRun(services, runId), wanted);
}

type Declared = StatusDeclaration & { status: Status };

/** False when the workflow is closed, so that the row may be amended. */
async function tellWorkflow(
  services: Services,
  caller: Caller,
  run: RunRow,
  declared: Declared,
): Promise<boolean> {
  const { status, exitCode, exitReason, runExceptions } = declared;
  const request = {
    status,
    exitCode,
    exitReason,
    runExceptions,
    by: caller.name,
    deadline: Date.now() + APPLY_WITHIN_MS,
  };
  const answer = await services.runs.setStatus(run.runId, request);
  if (answer !== 'gone') return true;
  // It may be accepted but not started yet: then there is a workflow after this.
  const started = await services.runs.start({
    runId: run.runId,
    alias: run.alias ?? '',
    owner: run.user ?? '',
    cluster: run.clusterName ?? '',
    engine: run.engine,
  });
  return started === 'started' && (await services.runs.setStatus(run.runId, request)) !== 'gone';
}

async function amend(
  services: Services,
  caller: Caller,
  run: RunRow,
  declared: Declared,
): Promise<void> {
  if (run.status !== 'STOPPED') {
    throw new FlotillaError('unavailable', `run ${run.runId} is just ending; please retry`);
  }
  if (declared.status === 'NEEDS_RETRY') throw conflict(`run ${run.runId} is over`);
  const amended = await amendClosedRun(services.db, run.runId, declared, caller.name);
  if (amended !== null) services.telemetry.events.emit(taskStatusEvent(amended, new Date()));
  services.changed();
}

async function requireRun(services: Services, runId: string): Promise<RunRow> {
  const run = await findRun(services.db, runId);
  if (run === null) throw notFound(`Run with id ${runId} not found`);
  return run;
}
