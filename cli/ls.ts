import { Command } from 'commander';
import { defined } from '../domain/defined.ts';
import { dataOf, type Run } from './client.ts';
import { table, wholeNumber, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

type Status = NonNullable<Run['status']>;

interface LsOptions {
  url?: string;
  status?: Status;
  alias?: string;
  owner?: string;
  cluster?: string;
  limit: number;
}

/** `flotilla ls`: the latest runs. */
export function lsCommand(): Command {
  return withUrl(new Command('ls'))
    .description('list runs, the last queued first')
    .option('--status <status>', 'QUEUED, PENDING, RUNNING, STOPPED or NEEDS_RETRY')
    .option('--alias <text>', 'whose alias contains this')
    .option('--owner <name>', 'of this owner')
    .option('--cluster <name>', 'on this cluster')
    .option('-n, --limit <count>', 'at most so many', wholeNumber, 20)
    .action(async (options: LsOptions) => {
      const { status, alias, owner, cluster, limit } = options;
      const query = defined({
        limit,
        // What there is no such status of, the server refuses by name.
        status: status === undefined ? undefined : [status],
        alias_contains: alias,
        owner,
        cluster,
      });
      const page = await dataOf(
        clientFor(options).typed.GET('/api/v8/runs', { params: { query } }),
      );
      const rows = page.runs.map((run) => [
        run.run_id,
        run.status ?? '',
        run.exit_code === null ? '' : String(run.exit_code),
        run.alias ?? '',
        run.owner ?? '',
        run.cluster ?? '',
        run.queued_at?.slice(0, 19) ?? '',
      ]);
      const head = ['RUN', 'STATUS', 'EXIT', 'ALIAS', 'OWNER', 'CLUSTER', 'QUEUED (UTC)'];
      write(`${table([head, ...rows])}\n`);
      const { value, exact } = page.total;
      if (value > rows.length) write(`${rows.length} of ${exact ? '' : 'about '}${value}\n`);
    });
}
