import { Command, CommanderError } from 'commander';
import { FlotillaError } from '../domain/errors.ts';
import { tell } from './output.ts';

const USAGE_ERROR = 2;

/**
 * The commands, one file each, in the order of the help. A file is loaded when its command is called: some bring
 * a database or clients of AWS, which take longer to load than most commands to run.
 */
const COMMANDS = new Map<string, () => Promise<Command>>([
  ['run', async () => (await import('./run.ts')).runCommand()],
  ['logs', async () => (await import('./logs.ts')).logsCommand()],
  ['stop', async () => (await import('./stop.ts')).stopCommand()],
  ['ls', async () => (await import('./ls.ts')).lsCommand()],
  ['status', async () => (await import('./status.ts')).statusCommand()],
  ['clusters', async () => (await import('./clusters.ts')).clustersCommand()],
  ['serve', async () => (await import('./serve.ts')).serveCommand()],
  ['server', async () => (await import('./serve.ts')).serverCommand()],
  ['worker', async () => (await import('./serve.ts')).workerCommand()],
  ['health', async () => (await import('./health.ts')).healthCommand()],
  ['migrate', async () => (await import('./migrate.ts')).migrateCommand()],
  ['token', async () => (await import('./token.ts')).tokenCommand()],
  ['config', async () => (await import('./config.ts')).configCommand()],
  ['adopt', async () => (await import('./adopt.ts')).adoptCommand()],
  ['aws', async () => (await import('./aws.ts')).awsCommand()],
]);

/**
 * The command line.
 * @param called the command that is called; all are there for any other word
 */
export async function createProgram(called = ''): Promise<Command> {
  const program = new Command('flotilla')
    .description('self-service containerized batch jobs')
    .showHelpAfterError('(--help says more)');
  const one = COMMANDS.get(called);
  for (const load of one === undefined ? COMMANDS.values() : [one]) {
    program.addCommand(await load());
  }
  return program;
}

/** Runs a program; what a person did wrong is a line on standard error, never a stack trace. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  throwOnExit(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : USAGE_ERROR;
      return;
    }
    if (!(error instanceof FlotillaError)) throw error;
    tell(`flotilla: ${error.message}`);
    process.exitCode = error.message.startsWith('configuration: ') ? USAGE_ERROR : 1;
  }
}

/** Subcommands too; they do not take it from their parents. */
function throwOnExit(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) throwOnExit(inner);
}
