import type { EnvVar } from './environment.ts';

/** What an event says of a run, in our words; times also as ISO 8601. */
export interface ReportedRun {
  runId: string;
  definitionId: string | null;
  alias: string | null;
  image: string | null;
  clusterName: string | null;
  command: string | null;
  exitCode: number | null;
  status: string | null;
  startedAt: Date | string | null;
  finishedAt: Date | string | null;
  instanceId: string | null;
  instanceDnsName: string | null;
  groupName: string | null;
  user: string | null;
  taskType: string | null;
  env: EnvVar[] | null;
  executableId: string | null;
  executableType: string | null;
  tier: string | null;
}

/** An event in the words of flotilla-os. */
export type RunEvent = { eventClassName: string } & Record<string, unknown>;

/** Where events of runs go. Returns at once and never fails. */
export interface RunEvents {
  /** False where nobody listens: nothing need be looked up for them. */
  readonly on: boolean;
  emit(event: RunEvent): void;
}

/** What Go writes for a time that is not set. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** `FlotillaTaskStatus`, as flotilla-os tells it of every run that was created or updated. */
export function taskStatusEvent(run: ReportedRun, now: Date): RunEvent {
  const started = timeOf(run.startedAt);
  const finished = timeOf(run.finishedAt);
  const until = finished ?? now;
  return {
    eventClassName: 'FlotillaTaskStatus',
    run_id: run.runId,
    definition_id: run.definitionId ?? '',
    alias: run.alias ?? '',
    image: run.image ?? '',
    cluster_name: run.clusterName ?? '',
    command: run.command ?? '',
    ...(run.exitCode === null ? {} : { exit_code: run.exitCode }),
    status: run.status ?? '',
    started_at: started?.toISOString() ?? NO_TIME,
    finished_at: finished?.toISOString() ?? NO_TIME,
    duration: started === null ? 0 : (until.getTime() - started.getTime()) / 1000,
    instance_id: run.instanceId ?? '',
    instance_dns_name: run.instanceDnsName ?? '',
    group_name: run.groupName ?? '',
    user: run.user ?? '',
    task_type: run.taskType ?? '',
    env: run.env,
    executable_id: run.executableId ?? '',
    executable_type: run.executableType ?? '',
    Tier: run.tier ?? '',
  };
}

/**
 * A run that took several steps at once, as one event for each status: what is known of its end belongs
 * to the last.
 */
export function stepEvents(run: ReportedRun, statuses: readonly string[], now: Date): RunEvent[] {
  const passed = statuses.filter((status, i) => status !== statuses[i + 1]).slice(0, -1);
  const before = { ...run, exitCode: null, finishedAt: null };
  return [
    ...passed.map((status) => taskStatusEvent({ ...before, status }, now)),
    taskStatusEvent(run, now),
  ];
}

/** `FlotillaSubmitTask`: an engine has taken a run, or has refused it for good. */
export function submitEvent(runId: string, executableId: string | null): RunEvent {
  return { eventClassName: 'FlotillaSubmitTask', executable_id: executableId ?? '', run_id: runId };
}

function timeOf(time: Date | string | null): Date | null {
  return time === null ? null : new Date(time);
}
