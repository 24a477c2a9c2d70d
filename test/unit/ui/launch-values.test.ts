import { describe, expect, test } from 'vitest';
import {
  keptNames,
  launchOf,
  positionsOf,
  valuesOfDefinition,
  valuesOfRun,
} from '../../../ui/pages/launch/launch-values.ts';
import { aRun, reservedEnv } from './a-run.ts';

const DEFINITION = {
  definition_id: 'd-1',
  version: 1,
  alias: 'nightly',
  group_name: '',
  image: 'i',
  command: 'echo',
  memory_mb: 512,
  cpu_millicores: null,
  gpu: null,
  ephemeral_storage_mb: null,
  adaptive_resource_allocation: null,
  requires_docker: false,
  task_type: null,
  target_cluster: null,
  env: [
    { name: 'A', value: '1' },
    { name: 'S', value: '', secret: { name: 'db', key: 'k' } },
  ],
  ports: [],
  tags: [],
  retry_policy: null,
};

const variable = (name: string, value: string) => ({ name, value, secret: null });

describe('a launch', () => {
  test('of a definition as it is says nothing but which', () => {
    expect(launchOf(DEFINITION, valuesOfDefinition(DEFINITION))).toEqual({
      definition_id: 'd-1',
      env: [],
    });
  });

  test('says what was changed, and only that', () => {
    const values = valuesOfDefinition(DEFINITION);
    const changed = {
      ...values,
      owner: ' ada ',
      memory_mb: 1024,
      command: 'echo 2',
      env: [variable('A', '2'), variable('B', '')],
      labels: [{ name: 'team', value: 'x' }],
    };
    expect(launchOf(DEFINITION, changed)).toEqual({
      definition_id: 'd-1',
      owner: 'ada',
      memory_mb: 1024,
      command: 'echo 2',
      env: [
        { name: 'A', value: '2' },
        { name: 'B', value: '' },
      ],
      labels: { team: 'x' },
    });
  });

  test('has the messages of the server at the rows that are shown', () => {
    const rows = [variable('A', '1'), variable('', 'x')];
    const said = new Map([
      ['env.0.name', 'must not be empty'],
      ['owner', 'must be given'],
    ]);
    expect([...positionsOf(said, DEFINITION, rows)]).toEqual([
      ['env.1.name', 'must not be empty'],
      ['owner', 'must be given'],
    ]);
  });

  test('cannot take away what the definition sets', () => {
    expect(keptNames(DEFINITION, [])).toEqual(['A', 'S']);
    expect(keptNames(DEFINITION, [variable('A', '2')])).toEqual(['S']);
  });
});

test('a run is launched again without what belonged to it alone', () => {
  const run = aRun({
    owner: 'bob',
    cluster: 'east',
    command: 'echo 3',
    env: [
      ...reservedEnv('r', 'bob'),
      { name: 'PARENT_FLOTILLA_RUN_ID', value: 'p' },
      { name: 'A', value: '9' },
      { name: 'NEW', value: 'n' },
    ],
  });
  const values = valuesOfRun(DEFINITION, run);
  expect(launchOf(DEFINITION, { ...values, node_lifecycle: null })).toEqual({
    definition_id: 'd-1',
    owner: 'bob',
    cluster: 'east',
    engine: 'local',
    command: 'echo 3',
    env: [
      { name: 'A', value: '9' },
      { name: 'NEW', value: 'n' },
    ],
  });
});
