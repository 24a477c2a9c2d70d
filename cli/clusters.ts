import { Command } from 'commander';
import type { Schemas } from '../client/client.ts';
import { defined } from '../domain/defined.ts';
import { FlotillaError } from '../domain/errors.ts';
import { dataOf, type ApiClient } from './client.ts';
import { several, table, tell, wholeNumber, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

type Cluster = Schemas['Cluster'];
type Patch = Schemas['ClusterPatch'];

const MAX_ERROR = 60;

/** `flotilla clusters`: where runs can go, and how it is there. */
export function clustersCommand(): Command {
  const command = withUrl(new Command('clusters'))
    .description('list clusters, with what is on them and when they last answered')
    .option('--json', 'as JSON', false)
    .action(async (options: { url?: string; json: boolean }) => {
      const clusters = await listed(clientFor(options));
      if (options.json) write(`${JSON.stringify(clusters, null, 2)}\n`);
      else write(`${table([HEAD, ...clusters.map(row)])}\n`);
    });
  return command.addCommand(add()).addCommand(set()).addCommand(remove());
}

interface Fields {
  url?: string;
  region?: string;
  namespace?: string;
  tier?: string[];
  capability?: string[];
  slots?: number | null;
  status?: Patch['status'];
  reason?: string;
}

function add(): Command {
  return withFields(new Command('add'))
    .description('register a cluster; workers that have its engine serve it within seconds')
    .argument('<name>', 'its name, by which runs ask for it')
    .requiredOption('--engine <name>', 'local, docker, eks, ecs or eks-spark')
    .action(async (name: string, _: unknown, command: Command) => {
      // An option that the parent has too, such as --url, may stand before or behind.
      const options = command.optsWithGlobals<Fields & { engine: Cluster['engine'] }>();
      const engine = options.engine as Schemas['NewCluster']['engine'];
      const body = { name, engine, ...patchOf(options) };
      const made = await dataOf(clientFor(options).typed.POST('/api/v8/clusters', { body }));
      tell(`cluster ${made.name} of engine ${made.engine} is registered`);
    });
}

function set(): Command {
  return withFields(new Command('set'))
    .description('change what is named of a cluster')
    .argument('<name>')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Fields>();
      const client = clientFor(options);
      const { cluster_id } = await named(client, name);
      const request = { params: { path: { cluster_id } }, body: patchOf(options) };
      const now = await dataOf(client.typed.PATCH('/api/v8/clusters/{cluster_id}', request));
      tell(`cluster ${now.name} is ${now.status}`);
    });
}

function remove(): Command {
  return withUrl(new Command('rm'))
    .description('forget a cluster that has no runs which are not over')
    .argument('<name>')
    .action(async (name: string, _: unknown, command: Command) => {
      const client = clientFor(command.optsWithGlobals<{ url?: string }>());
      const { cluster_id } = await named(client, name);
      await client.typed.DELETE('/api/v8/clusters/{cluster_id}', {
        params: { path: { cluster_id } },
      });
      tell(`cluster ${name} is forgotten`);
    });
}

function withFields(command: Command): Command {
  return withUrl(command)
    .option('--namespace <name>', 'where its jobs are')
    .option('--region <name>', 'where it is')
    .option('--tier <tier>', 'a tier that may run there (repeatable)', several)
    .option('--capability <word>', 'what it can do (repeatable)', several)
    .option('--slots <count>', 'how many runs may be there at once, or "none" for any', limit)
    .option('--status <status>', 'active, maintenance or offline')
    .option('--reason <text>', 'why it is in that status');
}

/** What the server does not know of these, it refuses by name. */
function patchOf(options: Fields): Patch {
  return defined({
    namespace: options.namespace,
    region: options.region,
    allowed_tiers: options.tier,
    capabilities: options.capability,
    slot_limit: options.slots,
    status: options.status,
    status_reason: options.reason,
  });
}

async function listed(client: ApiClient): Promise<Cluster[]> {
  return (await dataOf(client.typed.GET('/api/v8/clusters'))).clusters;
}

async function named(client: ApiClient, name: string): Promise<Cluster> {
  const cluster = (await listed(client)).find((one) => one.name === name);
  if (cluster === undefined) throw new FlotillaError('not_found', `no cluster is named ${name}`);
  return cluster;
}

const HEAD = ['CLUSTER', 'ENGINE', 'STATUS', 'RUNNING', 'QUEUED', 'SLOTS', 'VERSION', 'TROUBLE'];

function row(cluster: Cluster): string[] {
  return [
    cluster.name,
    cluster.engine,
    cluster.status,
    String(cluster.running),
    String(cluster.queued),
    cluster.slot_limit === null ? '' : String(cluster.slot_limit),
    cluster.version ?? '',
    trouble(cluster),
  ];
}

/** What it last failed with, unless it has answered since. */
function trouble({ last_error: text, last_error_at: at, reached_at: reached }: Cluster): string {
  if (text === null || at === null || (reached !== null && reached > at)) return '';
  return text.length <= MAX_ERROR ? text : `${text.slice(0, MAX_ERROR)}…`;
}

function limit(text: string): number | null {
  return text === 'none' ? null : wholeNumber(text);
}
