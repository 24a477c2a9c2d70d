import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, parseAddress, readConfig } from '../../../conf/load.ts';
import { CONFIG_KEYS } from '../../../conf/schema.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'conf-'));
  file = join(dir, 'config.yml');
});
afterEach(() => rmSync(dir, { recursive: true }));

function read(yaml: string, environment: Record<string, string> = {}) {
  writeFileSync(file, yaml);
  return readConfig({ dir, environment });
}

function load(yaml: string, environment: Record<string, string> = {}) {
  return read(yaml, environment).config;
}

/** The message with which a configuration is refused. */
function refusal(yaml: string, environment: Record<string, string> = {}): string {
  try {
    read(yaml, environment);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('it was accepted');
}

describe('one key, many spellings', () => {
  test.each([
    'stop_grace_seconds: 5',
    'stop.grace_seconds: 5',
    'stop.grace.seconds: 5',
    'stop:\n  grace_seconds: 5',
    'stop:\n  grace:\n    seconds: 5',
    'stop: {grace.seconds: "5"}',
    'Stop_Grace_Seconds: 5',
    'stop-grace-seconds: 5',
    'stop: &anchor\n  grace_seconds: 5\n',
  ])('%j', (yaml) => expect(load(yaml).stop_grace_seconds).toBe(5));

  test('the environment wins over the file, the file over defaults', () => {
    expect(load('stop_grace_seconds: 5', { STOP_GRACE_SECONDS: '7' }).stop_grace_seconds).toBe(7);
    writeFileSync(file, 'sweep_seconds: 5');
    const defaults = { sweep_seconds: 3, stop_grace_seconds: 3 };
    expect(loadConfig({ dir, environment: {}, defaults })).toMatchObject({
      sweep_seconds: 5,
      stop_grace_seconds: 3,
    });
  });

  test('two spellings with two values are an error that names both, with one value they are not', () => {
    const twice = (value: number) => `stop:\n  grace_seconds: 5\nstop_grace_seconds: ${value}`;
    expect(load(twice(5)).stop_grace_seconds).toBe(5);
    expect(refusal(twice(6))).toBe(
      `configuration: stop_grace_seconds has two values: ` +
        `stop.grace_seconds (${file}:2) and stop_grace_seconds (${file}:3)`,
    );
    expect(refusal('sweep_seconds: 1\nsweep_seconds: 2')).toContain('has two values');
    expect(refusal('default_engine: eks\nexecution_engine: ecs')).toContain(
      `default_engine (${file}:1) and execution_engine (${file}:2)`,
    );
    expect(refusal('', { RETRY_BACKOFF_SECONDS: '1', WORKER_RETRY_INTERVAL: '2s' })).toContain(
      'environment variable WORKER_RETRY_INTERVAL',
    );
  });

  test('sources say file, line, spelling or variable', () => {
    const { sources } = read('sweep:\n  seconds: 5\nlog_level: warn\nexecution_engine: local', {
      STOP_GRACE_SECONDS: '7',
    });
    expect(sources).toMatchObject({
      sweep_seconds: `${file}:2, spelled sweep.seconds`,
      log_level: `${file}:3`,
      default_engine: `${file}:4, spelled execution_engine`,
      stop_grace_seconds: 'environment variable STOP_GRACE_SECONDS',
      data_dir: 'default',
    });
  });

  test('members of a map may be nested, dotted or flat, and keep their letters', () => {
    const yaml =
      'ecs:\n  log:\n    driver:\n      options: {awslogs-group: g}\n' +
      'ecs.log.driver.options.awslogs-Region: r\necs_log_driver_options_x: y';
    const members = { 'awslogs-group': 'g', 'awslogs-Region': 'r', x: 'y' };
    expect(load(yaml).ecs_log_driver_options).toEqual(members);
    const environment = { ECS_LOG_DRIVER_OPTIONS: '{"a":"b"}' };
    expect(load(yaml, environment).ecs_log_driver_options).toEqual({ a: 'b' });
    expect(load('eks:\n  clusters: {a.b: kubeconfig, C: x}').eks_clusters).toEqual(['a.b', 'C']);
  });
});

describe('values', () => {
  test('lists are lists or commas', () => {
    const key = 'http_server_cors_allowed_origins';
    const origins = ['http://a', 'http://b'];
    expect(load(`${key}:\n  - http://a\n  - http://b`)[key]).toEqual(origins);
    expect(load(`${key}: http://a,http://b`)[key]).toEqual(origins);
    expect(load('', { [key.toUpperCase()]: 'http://a, http://b,' })[key]).toEqual(origins);
    expect(load(`${key}: http://A/,http://b`)[key]).toEqual(origins);
    expect(load(`${key}: ''`)[key]).toEqual([]);
    expect(load(`eks_clusters: 'clusta, cupcake'`).eks_clusters).toEqual(['clusta', 'cupcake']);
  });

  test.each([
    ['30s', 30],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1h', 3600],
    ['1.5h', 5400],
    ['250us', 0.00025],
    ['2', 2],
    ['0.25', 0.25],
  ])('%s is %d seconds', (text, seconds) => {
    expect(load(`sweep_seconds: ${text}`).sweep_seconds).toBeCloseTo(seconds, 9);
    expect(load('', { SWEEP_SECONDS: text }).sweep_seconds).toBeCloseTo(seconds, 9);
  });

  test('texts that look like numbers stay as written; a port or number may be quoted', () => {
    expect(load('eks_tier_default: 04').eks_tier_default).toBe('04');
    expect(load('temporal_api_key: 1e3').temporal_api_key).toBe('1e3');
    expect(load('dev_temporal_port: "7300"').dev_temporal_port).toBe(7300);
  });

  test('flags are true and false in any case', () => {
    expect(load('temporal_tls: True').temporal_tls).toBe(true);
    expect(load('', { TEMPORAL_TLS: 'false' }).temporal_tls).toBe(false);
  });

  test('an empty variable, a key without a value and an empty file set nothing', () => {
    for (const yaml of [
      '',
      '# nothing',
      '{}',
      '---',
      'data_dir:',
      'data_dir: ~',
      'stop:\nsweep: {}',
    ]) {
      expect(load(yaml, { DATA_DIR: '' })).toMatchObject({
        data_dir: '.flotilla',
        stop_grace_seconds: 30,
      });
    }
  });
});

describe('mistakes', () => {
  test.each([
    ['sweep_seconds: abc', 'sweep_seconds'],
    ['sweep_seconds: ""', 'sweep_seconds'],
    ['sweep_seconds: "  "', 'sweep_seconds'],
    ['sweep_seconds: 0x10', 'sweep_seconds'],
    ['sweep_seconds: true', 'sweep_seconds'],
    ['sweep_seconds: [5]', 'sweep_seconds'],
    ['sweep_seconds: .inf', 'sweep_seconds'],
    ['sweep_seconds: 0', 'sweep_seconds'],
    ['sweep_seconds: -5s', 'sweep_seconds'],
    ['sweep_seconds: 5 s', 'sweep_seconds'],
    ['sweep_seconds: 5sec', 'sweep_seconds'],
    ['sweep_seconds: 5s3', 'sweep_seconds'],
    ['run_active_deadline_seconds_default: 500ms', 'run_active_deadline_seconds_default'],
    ['database_max_connections: 1', 'database_max_connections'],
    ['database_max_connections: 2.5', 'database_max_connections'],
    ['database_url: ""', 'database_url'],
    ['database_url: localhost', 'database_url'],
    ['database_url: postgres://h/db?connect_timeout=5s', 'database_url'],
    ['dev_postgres_port: 70000', 'dev_postgres_port'],
    ['temporal_tls: yes', 'temporal_tls'],
    ['temporal_tls: 1', 'temporal_tls'],
    ['temporal_address: http://localhost:7233', 'temporal_address'],
    ['temporal_ui_url: localhost:8233', 'temporal_ui_url'],
    ['eks_pod_url: ftp://h/{pod}', 'eks_pod_url'],
    ['eks_pod_url: https://h/{pods}', 'eks_pod_url'],
    ['eks_pod_url: "{cluster}"', 'eks_pod_url'],
    ['owner_id_var: ""', 'owner_id_var'],
    ['owner_id_var: "A B"', 'owner_id_var'],
    ['log_level: loud', 'log_level'],
    ['default_engine: kubernetes', 'default_engine'],
    ['http_server_listen_address: 3000', 'http_server_listen_address'],
    ['http_server_listen_address: [":3000", ""]', 'http_server_listen_address'],
    ['http_server_cors_allowed_origins: http://a/b', 'http_server_cors_allowed_origins'],
    ['http_server_cors_allowed_origins: [{a: b}]', 'http_server_cors_allowed_origins'],
    ['http_server_allowed_hosts: "http://a"', 'http_server_allowed_hosts'],
    ['emr_job_role_arn: {a: nobody}', 'emr_job_role_arn'],
    ['emr_job_role_arn: a', 'emr_job_role_arn'],
    ['eks_spot_reattempt_override: 2', 'eks_spot_reattempt_override'],
  ])('%s is refused', (yaml, key) => {
    expect(refusal(yaml)).toMatch(new RegExp(`^configuration: ${key} .*:1.*\\): must be `));
  });

  test.each([
    ['databse_url: x', 'unknown key databse_url (FILE:1): did you mean database_url?'],
    ['a: 1', 'unknown key a (FILE:1)'],
    ['foo: {}', 'unknown key foo (FILE:1)'],
    ['foo:', 'unknown key foo (FILE:1)'],
    ['sweep: 5', 'unknown key sweep (FILE:1)'],
    [
      'log_level: warn\ntemporal:\n  adress: a:1',
      'unknown key temporal.adress (FILE:3): did you mean temporal_address?',
    ],
    [
      'stop_grace_second: 5',
      'unknown key stop_grace_second (FILE:1): did you mean stop_grace_seconds?',
    ],
    ['constructor: 5', 'unknown key constructor (FILE:1)'],
  ])('%j is an unknown key', (yaml, message) => {
    expect(refusal(yaml)).toBe(`configuration: ${message.replace('FILE', file)}`);
  });

  test('all are reported at once, each with its key and its place', () => {
    const yaml = 'databse_url: x\nsweep:\n  seconds: soon\nlog_level: loud';
    expect(refusal(yaml, { STOP_GRACE_SECONDS: 'abc' })).toBe(
      [
        'configuration: 4 problems',
        `unknown key databse_url (${file}:1): did you mean database_url?`,
        'stop_grace_seconds (environment variable STOP_GRACE_SECONDS): must be a number of seconds ' +
          'or a duration such as 1m30s, at least 0',
        `sweep_seconds (${file}:3, spelled sweep.seconds): must be a number of seconds or a duration ` +
          'such as 1m30s, above 0',
        `log_level (${file}:4): must be one of trace, debug, info, warn, error, fatal, silent`,
      ].join('\n  '),
    );
  });

  test('variables that are no keys are nobody’s business', () => {
    expect(load('', { FLOTILLA_CONF: 'x', FLOTILLA_URL: 'y', SWEEP: 'z' })).toEqual(load(''));
  });

  test('a file that is not a YAML map is refused, with its line', () => {
    expect(refusal('log_level: warn\na: [')).toContain(`${file}:2: `);
    expect(refusal('- a')).toBe(`configuration: ${file}: is not a map from keys to values`);
    expect(refusal('just words')).toContain('is not a map');
    expect(refusal('a: &a\n  b: *a')).toContain('unknown key a.b');
    expect(() => loadConfig({ dir: join(dir, 'none'), environment: {} })).toThrow('no file');
    expect(() => loadConfig({ dir: file, environment: {} })).toThrow('no file');
  });

  test('no message holds a password', () => {
    for (const yaml of [
      'database_url: "postgres://u:hunter2@h/db',
      'database_url: " postgres://u:hunter2@h/db"',
      'database_url: postgres://u:hunter2@h/a\ndatabase.url: postgres://u:hunter2@h/b',
      'postgres://u:hunter2@h/db: x',
      'database_url:postgres://u:hunter2@h/db\nlog_level: warn',
      'temporal_ui_url: hunter2',
    ]) {
      expect(refusal(yaml)).not.toContain('hunter2');
    }
  });
});

test('every key can be given by its variable', () => {
  const { sources } = readConfig({
    environment: {
      OWNER_ID_VAR: 'ME',
      EMR_APP_SERVER_URI: '{"a":"http://a"}',
      EKS_CLUSTERS: 'a,b',
    },
  });
  const given = CONFIG_KEYS.filter((key) => sources[key] !== 'default');
  expect(given).toEqual(['owner_id_var', 'eks_clusters', 'emr_app_server_uri']);
});

test.each([
  [':3000', { host: '127.0.0.1', port: 3000 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('%s is an address', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test('what is no address names its key', () => {
  for (const text of ['3000', 'a:b', 'a:99999']) {
    expect(() => parseAddress(text)).toThrow('http_server_listen_address');
  }
});
