import { Command, CommanderError } from 'commander';
import { FlotillaError } from '../domain/errors.ts';
import { configCommand } from './config.ts';
import { adoptCommand } from './adopt.ts';
import { awsCommand } from './aws.ts';
import { clustersCommand } from './clusters.ts';
import { logsCommand } from './logs.ts';
import { lsCommand } from './ls.ts';
import { migrateCommand } from './migrate.ts';
import { tell } from './output.ts';
import { runCommand } from './run.ts';
import { serviceCommands } from './serve.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { tokenCommand } from './token.ts';

const USAGE_ERROR = 2;

/** The command line, one file a command. */
export function createProgram(): Command {
  const program = new Command('flotilla')
    .description('self-service containerized batch jobs')
    .showHelpAfterError('(--help says more)');
  const commands = [
    runCommand(),
    logsCommand(),
    stopCommand(),
    lsCommand(),
    statusCommand(),
    clustersCommand(),
    ...serviceCommands(),
    migrateCommand(),
    tokenCommand(),
    configCommand(),
    adoptCommand(),
    awsCommand(),
  ];
  for (const command of commands) program.addCommand(command);
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
