/** A request that lay between the recorded ones, or that undoes what flotilla-os could not do. */
export interface Step {
  /** Sequence number of the recording that it precedes. */
  before: number;
  method: string;
  path: string;
  body?: unknown;
  /** The name that its answer's id is bound to. */
  bind?: string;
  /** Repeated until it is not refused. */
  eventually?: boolean;
}

const OWNER = { run_tags: { owner_id: 'alice' } };

function define(name: string, body: Record<string, unknown>): Step {
  const full = { image: 'i', group_name: 'golden', ...body };
  return { before: 79, method: 'POST', path: '/api/v6/task', body: full, bind: name };
}

function execute(before: number, bind: string, definition: string, more: object = {}): Step {
  const path = `/api/v6/task/<${definition}>/execute`;
  return { before, method: 'PUT', path, body: { ...OWNER, ...more }, bind };
}

function status(before: number, run: string, body: object): Step {
  return { before, method: 'PUT', path: `/api/v6/<${run}>/status`, body };
}

/** As most of them were recorded. */
const TEMPLATE = {
  template_name: 'golden-tpl',
  schema: {
    type: 'object',
    properties: { name: { type: 'string' }, n: { type: 'integer', minimum: 1 } },
    required: ['name'],
  },
  command_template: 'echo {{.name}} {{ default 3 .n }}',
  image: 'tplimg',
  memory: 1024,
  cpu: 512,
  env: [{ name: 'T', value: '1' }],
  adaptive_resource_allocation: true,
  defaults: { n: 7 },
  avatar_uri: 'http://a',
};
const LEAST_TEMPLATE = {
  template_name: 'golden-tmin',
  schema: { type: 'object' },
  command_template: 'x',
  image: 'i',
  adaptive_resource_allocation: false,
};

export const STEPS: readonly Step[] = [
  // flotilla-os failed to create this one, and counts without it.
  { before: 50, method: 'DELETE', path: '/api/v6/task/<defQuote>' },
  define('defSp', { alias: '  ', image: ' ' }),
  define('defHigh', {
    alias: 'golden-high',
    memory: 999_999,
    gpu: 99,
    cpu: 999_999,
    ephemeral_storage: 999_999,
  }),
  define('defUni', {
    alias: 'golden-ünïcødé-日本-🚀',
    image: 'rëpo/ïmg',
    command: 'echo "☃ \u2028"',
  }),
  define('defTrail', { alias: 'golden-trail' }),
  define('defDupk', { alias: 'golden-dupk' }),
  define('defV1', { alias: 'golden-v1', group_name: 'golden-v1', command: 'ls' }),
  define('defTC', {
    alias: 'golden-tc',
    command: 'true',
    target_cluster: 'cupcake',
    requires_docker: true,
  }),
  define('defOther1', { alias: 'golden-b1' }),
  define('defOther2', { alias: 'golden-b2' }),
  { before: 134, method: 'PUT', path: '/api/v6/task/<defMin>', body: { image: 'i2', env: [] } },
  { before: 149, method: 'DELETE', path: '/api/v6/task/<defTrail>' },
  execute(154, 'run1', 'defA'),
  execute(254, 'runOD', 'defA', { node_lifecycle: 'ondemand' }),
  execute(254, 'runTC', 'defTC'),
  execute(254, 'runRes', 'defA', { memory: 4000, cpu: 1000, gpu: 1, ephemeral_storage: 10 }),
  execute(254, 'runGpu', 'defGpu'),
  execute(254, 'runLog', 'defA'),
  execute(254, 'runKeyAl', 'defA', {
    command: 'ls',
    memory: 800,
    cpu: 700,
    labels: { a: 'b' },
    env: [{ name: 'Z', value: '1' }],
    idempotence_key: 'golden-key-al',
  }),
  status(258, 'runOD', { status: 'STOPPED', exit_code: 0 }),
  status(289, 'runV1', { status: 'STOPPED', exit_code: 2 }),
  status(311, 'runRes', { status: 'STOPPED', exit_code: 137, exit_reason: 'OOMKilled' }),
  {
    before: 386,
    method: 'PUT',
    path: '/api/v5/worker/retry',
    body: { count_per_instance: 2 },
  },
  cluster(402, 'golden-c1'),
  template(440, { ...TEMPLATE, gpu: 0 }, 'tpl1'),
  template(442, { ...TEMPLATE, gpu: 0, command_template: 'echo v2 {{.name}}' }, 'tpl2'),
  template(449, { ...TEMPLATE, template_name: 'golden-nogpu' }),
  template(449, LEAST_TEMPLATE),
  {
    before: 467,
    method: 'PUT',
    path: '/api/v7/template/<tpl1>/execute',
    body: { owner_id: 'alice', template_payload: { name: 'bob' } },
  },
  // flotilla-os deleted it under its open run.
  { before: 432, method: 'DELETE', path: '/api/v6/task/<defA>/history/<runC2>' },
  { before: 432, method: 'DELETE', path: '/api/v6/clusters/2', eventually: true },
];

function template(before: number, body: object, bind?: string): Step {
  const step = { before, method: 'POST', path: '/api/v7/template', body };
  return bind === undefined ? step : { ...step, bind };
}

function cluster(before: number, name: string): Step {
  const body = { name, status: 'active', allowed_tiers: [], capabilities: [], region: 'r' };
  return { before, method: 'POST', path: '/api/v6/clusters', body };
}
