/** Which room may import from which: docs/architecture.md draws the same arrows. */
const ROOMS =
  'activities|api|auth|aws|cli|client|conf|db|dev|domain|engines|fleet|logs|os|services|telemetry|templates|temporal|ui|workflows';

/** `room` may import from `allowed` rooms only (and from packages). */
function only(room, allowed, comment) {
  const own = [room, ...allowed].join('|');
  return {
    name: `${room}-imports`,
    comment,
    severity: 'error',
    from: { path: `^(${room})/` },
    to: { path: `^(${ROOMS})/|^(server|worker|use-cases|cli|dev)\\.ts$`, pathNot: `^(${own})/` },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('domain', [], 'domain imports nothing of ours'),
    only('os', ['domain'], 'processes of this machine'),
    only('conf', ['domain'], 'configuration is values'),
    only('telemetry', ['domain'], 'tells what it is told'),
    only('templates', ['domain'], 'a template is rendered from values'),
    only('aws', ['domain'], 'how clients of AWS are made and what their errors mean'),
    only('logs', ['aws', 'domain']),
    only('auth', ['domain'], 'who calls is decided from values'),
    only('db', ['domain']),
    only('engines', ['aws', 'domain', 'os'], 'an engine knows neither Hono nor Postgres'),
    only('temporal', ['domain', 'workflows'], 'types of workflows only'),
    only('activities', ['engines', 'db', 'logs', 'domain', 'temporal']),
    only(
      'fleet',
      ['activities', 'db', 'domain', 'engines', 'telemetry', 'temporal'],
      'serves clusters with engines that it is handed',
    ),
    only('services', ['db', 'domain', 'temporal', 'engines', 'logs', 'auth', 'templates']),
    only('api', ['services', 'db', 'domain', 'engines', 'logs', 'auth', 'telemetry', 'templates']),
    only('client', [], 'what callers of the API import: nothing of the server'),
    only('ui', ['client'], 'the web application knows the server by its API'),
    only('workflows', ['domain']),
    {
      name: 'workflows-import-the-lifecycle',
      comment: 'a change of policy must not meet a replayed history',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^domain/', pathNot: '^domain/lifecycle/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-import-no-node',
      severity: 'error',
      from: { path: '^(workflows|domain/lifecycle)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engines-through-their-contract',
      comment: 'only what starts constructs an engine',
      severity: 'error',
      from: { path: '^(activities|api|services|cli|fleet)/', pathNot: '^cli/aws\\.ts$' },
      to: { path: '^engines/', pathNot: '^engines/engine\\.ts$' },
    },
    {
      name: 'aws-command-sets-up',
      comment: 'what an operator makes and looks at is no engine',
      severity: 'error',
      from: { path: '^cli/aws\\.ts$' },
      to: { path: '^engines/', pathNot: '^engines/ecs/setup/' },
    },
    {
      name: 'engines-know-no-database-and-no-http',
      severity: 'error',
      from: { path: '^(aws|engines|domain|logs)/' },
      to: { path: 'node_modules/(hono|@hono|pg|drizzle-orm)/' },
    },
    {
      name: 'browser-packages-in-ui-only',
      comment: 'what runs on Node is started without them',
      severity: 'error',
      from: { pathNot: '^(ui|test)/' },
      to: {
        path: 'node_modules/(react|react-dom|@mantine|@rjsf|@tanstack|markdown-to-jsx|recharts)/',
      },
    },
    {
      name: 'temporal-types-of-workflows-only',
      severity: 'error',
      from: { path: '^temporal/' },
      to: { path: '^workflows/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-what-starts',
      severity: 'error',
      from: { path: `^(${ROOMS})/`, pathNot: '^cli/serve\\.ts$' },
      to: { path: '^(server|worker|use-cases|cli|dev)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules|\\.flotilla)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
      conditionNames: ['import', 'node'],
    },
  },
};
