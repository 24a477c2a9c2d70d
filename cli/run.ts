import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import type { Schemas } from '../client/client.ts';
import { defined } from '../domain/defined.ts';
import { FlotillaError, messageOf } from '../domain/errors.ts';
import { dataOf, type ApiClient } from './client.ts';
import { followRun } from './follow.ts';
import { endLine, exitCodeOf, tell, transitionLine, wholeNumber, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

const NEWLINE = 0x0a;

interface RunOptions {
  url?: string;
  cluster?: string;
  engine?: string;
  env: { name: string; value: string }[];
  command?: string;
  memory?: number;
  cpu?: number;
  deadline?: number;
  owner: string;
  idempotenceKey?: string;
  follow: boolean;
}

/** `flotilla run`: execute a definition by alias, or define one from a file and execute it. */
export function runCommand(): Command {
  return withUrl(new Command('run'))
    .description('execute a definition; with --follow, wait and exit with its exit code')
    .argument('<definition>', 'an alias, or a JSON file with a definition, which is defined first')
    .option('--cluster <name>', 'where to run')
    .option('--engine <name>', 'which engine to use')
    .option('-e, --env <NAME=VALUE>', 'set an environment variable (repeatable)', addVariable, [])
    .option('--command <text>', "instead of the definition's command")
    .option('--memory <megabytes>', 'memory limit', wholeNumber)
    .option('--cpu <millicores>', 'cpu', wholeNumber)
    .option('--deadline <seconds>', 'end the run after this time in RUNNING', wholeNumber)
    .option('--owner <name>', 'on whose behalf', userInfo().username)
    .option('--idempotence-key <key>', 'the same key again answers with the same run')
    .option('-f, --follow', 'show each status change and the log as they happen', false)
    .action(async (definition: string, options: RunOptions) => {
      process.exitCode = await execute(clientFor(options), definition, options);
    });
}

/** Runs and, if asked to, follows. Answers with the exit code of the command. */
export async function execute(
  client: ApiClient,
  definition: string,
  options: Omit<RunOptions, 'url'>,
): Promise<number> {
  const alias = looksLikeFile(definition) ? await define(client, definition) : definition;
  const body = requestOf(alias, options);
  const run = await dataOf(client.typed.POST('/api/v8/runs', { body }));
  if (!options.follow) {
    write(`${run.run_id}\n`);
    return 0;
  }
  tell(`run ${run.run_id} of ${run.alias} on ${run.cluster}`);
  for (const notice of run.notices) tell(`note: ${notice}`);
  return followToEnd(client, run.run_id);
}

/** Follows a run; Ctrl-C leaves it running. */
async function followToEnd(client: ApiClient, runId: string): Promise<number> {
  const leave = new AbortController();
  const onInterrupt = (): void => leave.abort();
  process.once('SIGINT', onInterrupt);
  // The last line of a log may have no newline, and shares the terminal with what is said here.
  let midLine = false;
  const say = (text: string): void => {
    if (midLine) tell('');
    midLine = false;
    tell(text);
  };
  try {
    const ended = await followRun(
      client,
      runId,
      {
        transition: (transition) => say(transitionLine(transition)),
        log: (bytes) => {
          midLine = bytes.at(-1) !== NEWLINE;
          process.stdout.write(bytes);
        },
        trouble: (text) => say(`${text}; trying again`),
      },
      leave.signal,
    );
    say(endLine(ended));
    return exitCodeOf(ended);
  } catch (error) {
    if (!leave.signal.aborted) throw error;
    tell(`\nthe run goes on; to end it: flotilla stop ${runId}`);
    return 130;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function looksLikeFile(text: string): boolean {
  return text.endsWith('.json') && existsSync(text);
}

/**
 * Defines what a file says; one that is defined already is brought up to date. Files are in the words
 * of flotilla-os, which people have them in, and so go to v6.
 */
async function define(client: ApiClient, file: string): Promise<string> {
  let body: Schemas['LegacyDefinitionFields'];
  try {
    body = JSON.parse(readFileSync(file, 'utf8')) as typeof body;
  } catch (error) {
    throw new FlotillaError('invalid', `${file}: ${messageOf(error)}`);
  }
  const alias = body.alias ?? '';
  try {
    await client.typed.POST('/api/v6/task', { body });
    tell(`defined ${alias} from ${file}`);
  } catch (error) {
    if (!(error instanceof FlotillaError) || error.code !== 'conflict') throw error;
    const byAlias = { params: { path: { alias } } };
    const existing = await dataOf(client.typed.GET('/api/v6/task/alias/{alias}', byAlias));
    const params = { path: { definition_id: existing.definition_id } };
    await client.typed.PUT('/api/v6/task/{definition_id}', { params, body });
  }
  return alias;
}

function requestOf(alias: string, options: Omit<RunOptions, 'url'>): Schemas['Launch'] {
  return defined({
    alias,
    owner: options.owner,
    env: options.env,
    cluster: options.cluster,
    engine: options.engine,
    command: options.command,
    memory_mb: options.memory,
    cpu_millicores: options.cpu,
    active_deadline_seconds: options.deadline,
    idempotence_key: options.idempotenceKey,
  });
}

function addVariable(
  text: string,
  others: { name: string; value: string }[],
): { name: string; value: string }[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected NAME=VALUE');
  return [...others, { name: text.slice(0, at), value: text.slice(at + 1) }];
}
