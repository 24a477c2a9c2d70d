import { Command } from 'commander';
import { dataOf } from './client.ts';
import { tell } from './output.ts';
import { clientFor, withUrl } from './target.ts';

/** `flotilla stop`: end a run and every run started from within it. */
export function stopCommand(): Command {
  return withUrl(new Command('stop'))
    .description('stop a run and the runs that it started')
    .argument('<run_id>')
    .action(async (runId: string, options: { url?: string }) => {
      const { run_ids: runIds } = await dataOf(
        clientFor(options).typed.POST('/api/v8/runs/{run_id}/stop', {
          params: { path: { run_id: runId } },
        }),
      );
      const [one, ...others] = runIds;
      if (one === undefined) tell('it was over already');
      else tell(others.length === 0 ? 'stopping' : `stopping ${runIds.length} runs`);
    });
}
