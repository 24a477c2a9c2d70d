import { Command } from 'commander';
import { dataOf } from './client.ts';
import { endLine, transitionLine, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

/** `flotilla status`: what a run is doing, and how it came there. */
export function statusCommand(): Command {
  return withUrl(new Command('status'))
    .description('show the status of a run and its transitions')
    .argument('<run_id>')
    .option('--json', 'the run as the API has it', false)
    .action(async (runId: string, options: { url?: string; json: boolean }) => {
      const client = clientFor(options);
      const params = { path: { run_id: runId } };
      const run = await dataOf(client.typed.GET('/api/v8/runs/{run_id}', { params }));
      if (options.json) {
        write(`${JSON.stringify(run, null, 2)}\n`);
        return;
      }
      const { transitions } = await dataOf(
        client.typed.GET('/api/v8/runs/{run_id}/transitions', { params }),
      );
      write(`${run.run_id}  ${run.alias}  on ${run.cluster}  by ${run.owner ?? 'unknown'}\n`);
      for (const notice of run.notices) write(`note: ${notice}\n`);
      write(`${transitions.map(transitionLine).join('\n')}\n`);
      write(`${run.status}${run.status === 'STOPPED' ? `, ${endLine(run)}` : ''}\n`);
    });
}
