import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../conf/load.ts';
import { openDatabase } from '../db/client.ts';
import type { Adoption } from '../domain/adoption.ts';
import { SYSTEM } from '../domain/caller.ts';
import { isDatabaseAway } from '../db/errors.ts';
import { FlotillaError, messageOf, required } from '../domain/errors.ts';
import { adoptRuns, type AdoptOptions, type AdoptReport } from '../services/adopt.ts';
import { table, tell, write } from './output.ts';

/** Done, but some runs were left to flotilla-os. */
const SOME_LEFT = 3;

interface Flags {
  cluster?: string;
  limit?: number;
  dryRun: boolean;
  force: boolean;
  quietMinutes: number;
  watchSeconds: number;
}

/** `flotilla adopt`: take over the runs that flotilla-os left on this database. */
export function adoptCommand(): Command {
  return new Command('adopt')
    .description(
      'take over the runs that flotilla-os has not finished; its workers must be stopped. ' +
        'May be interrupted and repeated. Exits with 3 when some runs were left to it',
    )
    .argument('[conf]', 'directory with a config.yml; environment variables override it')
    .option('--dry-run', 'show what would become of each run, and change nothing', false)
    .option('--cluster <name>', 'runs of this cluster only')
    .option('--limit <number>', 'take over at most so many runs', amount)
    .option('--force', 'go on though flotilla-os seems to be alive', false)
    .option('--quiet-minutes <number>', 'how long it must have been idle', amount, 5)
    .option('--watch-seconds <number>', 'how long to watch its rows for writes', amount, 60)
    .action(async (dir: string | undefined, flags: Flags) => {
      process.exitCode = await adopt(dir, flags);
    });
}

async function adopt(dir: string | undefined, flags: Flags): Promise<number> {
  const config = loadConfig({ dir });
  const database = openDatabase(required('database_url', config.database_url), {
    maxConnections: 2,
    applicationName: 'flotilla-adopt',
    onIdleError: (error) => tell(`the database was lost: ${error.message}`),
  });
  const options: AdoptOptions = {
    ...flags,
    cluster: flags.cluster ?? null,
    limit: flags.limit ?? null,
  };
  try {
    const deps = {
      db: database.db,
      engineDefault: config.default_engine,
      jobNamespace: config.eks_job_namespace,
      tell,
    };
    const caller = { ...SYSTEM, name: userInfo().username };
    const report = await adoptRuns(deps, caller, options);
    show(report, options.dryRun);
    return report.runs.some(({ adoption }) => adoption.kind === 'leave') ? SOME_LEFT : 0;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    throw new FlotillaError(
      'unavailable',
      `the database does not answer (${messageOf(rootOf(error))}); what was adopted stays so, call again`,
      { cause: error },
    );
  } finally {
    await database.close();
  }
}

function show(report: AdoptReport, dryRun: boolean): void {
  if (report.runs.length > 0) {
    const lines = report.runs.map(({ run, adoption }) => [
      run.runId,
      run.status ?? '',
      run.engine,
      run.clusterName ?? '',
      describe(adoption),
    ]);
    write(`${table([['RUN', 'STATUS', 'ENGINE', 'CLUSTER', 'WHAT'], ...lines])}\n`);
  }
  const count = (kind: Adoption['kind']): number =>
    report.runs.filter(({ adoption }) => adoption.kind === kind).length;
  const [queued, followed, left] = [count('queue'), count('follow'), count('leave')];
  const verb = dryRun ? 'would be adopted' : 'adopted';
  tell(
    `${queued + followed} ${verb} (${queued} to launch, ${followed} to follow), ${left} not adopted` +
      (report.left > 0 ? `, ${report.left} beyond the limit` : ''),
  );
  if (queued > 0) tell(QUEUE_WARNING);
}

const QUEUE_WARNING = `WARNING: flotilla-os still has a message for each run that was QUEUED. Should one of its
submit workers start again, it launches those that are QUEUED at that moment, and they run twice.
Purge its queues, or never start its workers on this database again.`;

function describe(adoption: Adoption): string {
  switch (adoption.kind) {
    case 'queue':
      return 'look for a job, else launch';
    case 'follow':
      return `follow ${adoption.externalId}`;
    case 'leave':
      return `not adopted: ${adoption.why}`;
  }
}

/** The first cause, without the statement that failed by it. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function amount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}
