import { Command } from 'commander';
import type { RunView } from './client.ts';
import { tell } from './output.ts';
import { clientFor, withUrl } from './target.ts';

/** `flotilla stop`: end a run and every run started from within it. */
export function stopCommand(): Command {
  return withUrl(new Command('stop'))
    .description('stop a run and the runs that it started')
    .argument('<run_id>')
    .action(async (runId: string, options: { url?: string }) => {
      const client = clientFor(options);
      const run = await client.json<RunView>('GET', `/api/v6/history/${runId}`);
      const definition = encodeURIComponent(run.definition_id);
      await client.json('DELETE', `/api/v6/task/${definition}/history/${runId}`);
      tell(run.status === 'STOPPED' ? 'it was over already' : 'stopping');
    });
}
