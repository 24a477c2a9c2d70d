import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../conf/load.ts';
import type { Config } from '../conf/schema.ts';
import { openDatabase, type Db } from '../db/client.ts';
import { isDatabaseAway, sqlState } from '../db/errors.ts';
import type { Caller } from '../domain/caller.ts';
import { FlotillaError, messageOf, required } from '../domain/errors.ts';
import { isScope, SCOPES, type Scope } from '../domain/scope.ts';
import { createToken, listTokens, revokeToken, type Token } from '../services/tokens.ts';
import { confDir } from './conf-dir.ts';
import { table, tell, write } from './output.ts';

const UNDEFINED_TABLE = '42P01';
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `flotilla token`: who may call the API. On the database itself, since a first token has to come from somewhere. */
export function tokenCommand(): Command {
  const command = new Command('token')
    .description('create, list and revoke the tokens with which the API is called')
    .addHelpText(
      'after',
      '\nThese work on the database (DATABASE_URL, --conf, or that of the stack of this directory),' +
        '\nnot through the API, so that there is a way to the first token.' +
        '\nA client sends a token as "Authorization: Bearer <token>"; this command line takes it from' +
        '\nFLOTILLA_TOKEN, or from the file that FLOTILLA_TOKEN_FILE names.',
    );
  return command.addCommand(create()).addCommand(list()).addCommand(revoke());
}

interface CreateOptions {
  name: string;
  scope?: Scope[];
  expires?: Date;
  conf?: string;
}

function create(): Command {
  return withConf(new Command('create'))
    .description('make a token and print it, this once, on standard output')
    .requiredOption(
      '--name <name>',
      'whose it is; what is done with it is recorded under this name',
    )
    .option(
      '--scope <scopes>',
      `${SCOPES.join(', ')}; several with commas (default: run, which includes read)`,
      scopes,
    )
    .option('--expires <duration>', 'after 90d, 12h, 30m or 4w (default: never)', expiry)
    .action(async (options: CreateOptions) => {
      const request = {
        name: options.name,
        scopes: options.scope ?? ['run' as const],
        expiresAt: options.expires ?? null,
      };
      const { token, secret } = await onDatabase(options.conf, (services, caller) =>
        createToken(services, caller, request),
      );
      write(`${secret}\n`);
      tell(`token ${token.id}, named ${token.name}: ${token.scopes.join(', ')}, ${expires(token)}`);
      tell('It is not stored and not shown again. To use it: export FLOTILLA_TOKEN=…');
    });
}

function list(): Command {
  return withConf(new Command('list'))
    .description('list all tokens, also those that are over; what they are is not shown')
    .option('--json', 'as JSON', false)
    .action(async (options: { conf?: string; json: boolean }) => {
      const tokens = await onDatabase(options.conf, listTokens);
      if (options.json) write(`${JSON.stringify(tokens.map(tokenJson), null, 2)}\n`);
      else write(`${table([HEAD, ...tokens.map(row)])}\n`);
    });
}

function revoke(): Command {
  return withConf(new Command('revoke'))
    .description('end a token; its next request is refused')
    .argument('<id>', 'its id or its name, as "list" shows them')
    .action(async (id: string, options: { conf?: string }) => {
      const token = await onDatabase(options.conf, (services, caller) =>
        revokeToken(services, caller, id),
      );
      tell(`token ${token.id}, named ${token.name}, is revoked`);
    });
}

function withConf(command: Command): Command {
  return command.option(
    '--conf <dir>',
    'directory with a config.yml; the environment overrides it',
  );
}

/** Works on the configured database as the person at this machine. */
async function onDatabase<T>(
  conf: string | undefined,
  work: (services: { db: Db }, caller: Caller) => Promise<T>,
): Promise<T> {
  const database = openDatabase(await databaseUrl(loadConfig({ dir: confDir(conf) })), {
    maxConnections: 2,
    applicationName: 'flotilla-token',
    onIdleError: () => undefined,
  });
  try {
    return await work({ db: database.db }, { name: userInfo().username, via: 'cli' });
  } catch (error) {
    if (isDatabaseAway(error)) {
      const why = messageOf(error instanceof Error ? (error.cause ?? error) : error);
      throw new FlotillaError('unavailable', `no answer from the database (${why})`);
    }
    if (sqlState(error) === UNDEFINED_TABLE) {
      throw new FlotillaError(
        'conflict',
        'this database has no tokens yet; run "flotilla migrate"',
      );
    }
    throw error;
  } finally {
    await database.close();
  }
}

/** The configured database, else the one of the stack that runs in this directory. */
async function databaseUrl(config: Config): Promise<string> {
  if (config.database_url !== undefined) return config.database_url;
  const { runningPostgresUrl } = await import('../dev/postgres.ts');
  return required('database_url', runningPostgresUrl(resolve(config.data_dir)) ?? undefined);
}

function scopes(text: string, others: Scope[] = []): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const known = names.filter(isScope);
  if (known.length < names.length) {
    throw new InvalidArgumentError(`expected of ${SCOPES.join(', ')}`);
  }
  return [...others, ...known];
}

function expiry(text: string): Date {
  const match = /^([1-9]\d{0,4})([mhdw])$/.exec(text);
  const unit = match?.[2] as keyof typeof UNIT_MS | undefined;
  if (unit === undefined) throw new InvalidArgumentError('expected a duration such as 90d or 12h');
  return new Date(Date.now() + Number(match?.[1]) * UNIT_MS[unit]);
}

const HEAD = ['ID', 'NAME', 'SCOPES', 'STATE', 'CREATED (UTC)', 'BY', 'LAST USED (UTC)'];

function row(token: Token): string[] {
  return [
    token.id,
    token.name,
    token.scopes.join(','),
    token.revokedAt !== null ? `revoked ${minute(token.revokedAt)}` : expires(token),
    minute(token.createdAt),
    token.createdBy,
    token.lastUsedAt === null ? 'never' : minute(token.lastUsedAt),
  ];
}

function expires({ expiresAt }: Token): string {
  if (expiresAt === null) return 'does not expire';
  return `${expiresAt.getTime() <= Date.now() ? 'expired' : 'expires'} ${minute(expiresAt)}`;
}

function minute(date: Date): string {
  return date.toISOString().slice(0, 16);
}

function tokenJson(token: Token) {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt,
    last_used_at: token.lastUsedAt,
  };
}
