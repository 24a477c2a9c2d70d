import { Command } from 'commander';
import { loadConfig } from '../conf/load.ts';
import { invalid, messageOf, notFound, required } from '../domain/errors.ts';
import { check as checkAws } from '../engines/ecs/setup/check.ts';
import { openClients, type AwsClients } from '../engines/ecs/setup/clients.ts';
import { findingLine, type Finding } from '../engines/ecs/setup/finding.ts';
import { listClusters } from '../engines/ecs/setup/list-clusters.ts';
import { setUp } from '../engines/ecs/setup/setup.ts';
import { stepLine } from '../engines/ecs/setup/step.ts';
import { dataOf, type ApiClient } from './client.ts';
import { several, table, tell, write } from './output.ts';
import { clientFor, withUrl } from './target.ts';

/** What EventBridge takes as the name of a rule. */
const MAX_RULE = 64;

interface Options {
  conf?: string;
  region?: string;
  cluster?: string[];
}

/** `flotilla aws`: what engine ecs needs in AWS. With the credentials of whoever calls it. */
export function awsCommand(): Command {
  return new Command('aws')
    .description('set up and check what engine ecs needs in AWS')
    .addCommand(setup())
    .addCommand(check())
    .addCommand(list());
}

function setup(): Command {
  return withPlace(new Command('setup'))
    .description(
      'make the queue (queue_status) and the rule of EventBridge (queue_status_rule, by default of the ' +
        "queue's name) that tell of changes of tasks; what is there stays, and is made right",
    )
    .option('--cluster <name>', 'changes of this cluster only (repeatable; default: all)', several)
    .option('--dry-run', 'show what would be done, and change nothing', false)
    .action(async (options: Options & { dryRun: boolean }) => {
      const { dryRun, cluster: clusters = [] } = options;
      const config = loadConfig({ dir: options.conf });
      const queue = required('queue_status', config.queue_status);
      const rule = ruleName(config.queue_status_rule, queue);
      await onAws(options.region ?? config.aws_default_region, async (aws) => {
        for await (const step of setUp(aws, { queue, rule, clusters, dryRun })) {
          write(`${stepLine(step, dryRun)}\n`);
        }
      });
    });
}

function check(): Command {
  return withUrl(withPlace(new Command('check')))
    .description(
      'tell what is missing for runs on ECS, with the credentials of whoever calls it; changes nothing. ' +
        'Exits with 1 when something is missing',
    )
    .option(
      '--cluster <name>',
      'look at this cluster (repeatable; default: those of engine ecs that the server has)',
      several,
    )
    .action(async (options: Options & { url?: string }) => {
      const config = loadConfig({ dir: options.conf });
      const region = options.region ?? config.aws_default_region;
      const rule = ruleName(config.queue_status_rule, config.queue_status ?? '');
      const shown = new Set<string>();
      for (const cluster of await clustersOf(options)) {
        await onAws(cluster.region || region, async (aws) => {
          const request = { config, cluster: cluster.name, rule };
          for await (const finding of checkAws(aws, request)) tellOnce(finding, shown);
        });
      }
    });
}

const HEAD = ['CLUSTER', 'STATUS', 'INSTANCES', 'RUNNING', 'PENDING', 'PROVIDERS', 'REGISTERED'];

function list(): Command {
  return withUrl(withPlace(new Command('clusters')))
    .description('list the clusters of ECS in a region, and whether Flotilla has them')
    .action(async (options: Options & { url?: string }) => {
      const config = loadConfig({ dir: options.conf });
      const known = await registered(clientFor(options)).catch((error: unknown) => {
        tell(`flotilla: ${messageOf(error)}`);
        return null;
      });
      await onAws(options.region ?? config.aws_default_region, async (aws) => {
        const own = config.aws_default_region;
        const isHere = ({ region }: Place): boolean => (region || own || aws.region) === aws.region;
        const names = known?.filter(isHere).map(({ name }) => name);
        const rows = (await listClusters(aws)).map(({ name, status, providers, ...counts }) => [
          name,
          status,
          ...[counts.instances, counts.running, counts.pending].map(String),
          providers.join(','),
          names === undefined ? '?' : names.includes(name) ? 'yes' : 'no',
        ]);
        write(`${table([HEAD, ...rows])}\n`);
      });
    });
}

/** Clusters share most of what they need. */
function tellOnce(finding: Finding, shown: Set<string>): void {
  const line = findingLine(finding);
  if (!shown.has(line)) write(`${line}\n`);
  shown.add(line);
  if (finding.state === 'missing') process.exitCode = 1;
}

interface Place {
  name: string;
  /** Empty for the configured one. */
  region: string;
}

/** The clusters named, else those that the server has. */
async function clustersOf(options: Options & { url?: string }): Promise<Place[]> {
  const { cluster: named, region = '' } = options;
  if (named !== undefined) return named.map((name) => ({ name, region }));
  const clusters = await registered(clientFor(options));
  if (clusters.length > 0) return clusters;
  throw notFound('no cluster of engine ecs is registered; --cluster names one');
}

async function registered(client: ApiClient): Promise<Place[]> {
  const { clusters } = await dataOf(client.typed.GET('/api/v8/clusters'));
  return clusters
    .filter(({ engine }) => engine === 'ecs')
    .map(({ name, region }) => ({ name, region: region ?? '' }));
}

function ruleName(named: string | undefined, queue: string): string {
  if (named !== undefined || queue.length <= MAX_RULE) return named ?? queue;
  const text = `configuration: QUEUE_STATUS_RULE must be set: ${queue} is too long for a rule`;
  throw invalid('queue_status_rule', text);
}

function withPlace(command: Command): Command {
  return command
    .option('--conf <dir>', 'directory with a config.yml; the environment overrides it')
    .option('--region <name>', 'of AWS (default: aws_default_region)');
}

async function onAws(
  region: string | undefined,
  work: (aws: AwsClients) => Promise<void>,
): Promise<void> {
  const aws = await openClients(region);
  try {
    await work(aws);
  } finally {
    aws.close();
  }
}
