import { Command, InvalidArgumentError } from 'commander';
import { followLog } from './follow.ts';
import { tell } from './output.ts';
import { clientFor, withUrl } from './target.ts';

/** `flotilla logs`: the log of a run, to its present end or, with -f, to its last. */
export function logsCommand(): Command {
  return withUrl(new Command('logs'))
    .description('print the log of a run')
    .argument('<run_id>')
    .option('-f, --follow', 'wait for more until the run is over', false)
    .option('--attempt <number>', 'of this attempt (default: the latest)', attemptNumber)
    .action(async (runId: string, options: { url?: string; follow: boolean; attempt?: number }) => {
      const output = {
        log: (bytes: Uint8Array) => void process.stdout.write(bytes),
        trouble: (text: string) => tell(`${text}; trying again`),
      };
      const forever = new AbortController().signal;
      const { follow, attempt } = options;
      await followLog(clientFor(options), runId, attempt ?? null, output, forever, follow);
    });
}

function attemptNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected a number from 1');
  return Number(text);
}
