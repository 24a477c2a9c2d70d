import { Command } from 'commander';
import type { RunView } from './client.ts';
import { table, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

interface LsOptions {
  url?: string;
  status?: string;
  alias?: string;
  owner?: string;
  cluster?: string;
  limit: string;
}

/** `flotilla ls`: the latest runs. */
export function lsCommand(): Command {
  return withUrl(new Command('ls'))
    .description('list runs, the last started first')
    .option('--status <status>', 'QUEUED, PENDING, RUNNING, STOPPED or NEEDS_RETRY')
    .option('--alias <text>', 'whose alias contains this')
    .option('--owner <name>', 'of this owner')
    .option('--cluster <name>', 'on this cluster')
    .option('-n, --limit <count>', 'at most so many', '20')
    .action(async (options: LsOptions) => {
      const { status, alias, owner, cluster, limit } = options;
      const query = new URLSearchParams({ limit, sort_by: 'started_at', order: 'desc' });
      const filters = { status, alias, user: owner, cluster_name: cluster };
      for (const [key, value] of Object.entries(filters)) {
        if (value !== undefined) query.set(key, value);
      }
      const page = await clientFor(options).json<{ history: RunView[] | null; total: number }>(
        'GET',
        `/api/v6/history?${query.toString()}`,
      );
      const rows = (page.history ?? []).map((run) => [
        run.run_id,
        run.status,
        run.exit_code === undefined ? '' : String(run.exit_code),
        run.alias,
        run.user ?? '',
        run.cluster,
        run.queued_at?.slice(0, 19) ?? '',
      ]);
      const head = ['RUN', 'STATUS', 'EXIT', 'ALIAS', 'OWNER', 'CLUSTER', 'QUEUED (UTC)'];
      write(`${table([head, ...rows])}\n`);
      if (page.total > rows.length) write(`${rows.length} of ${page.total}\n`);
    });
}
