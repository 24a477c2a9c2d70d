import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  NEW_DEFINITION,
  patchOf,
  valuesOf,
} from '../../../ui/pages/definitions/definition-values.ts';

const FULL = {
  alias: 'nightly',
  group_name: 'reports',
  image: 'reports:1',
  command: 'echo hi',
  memory_mb: 512,
  cpu_millicores: null,
  gpu: 0,
  ephemeral_storage_mb: null,
  adaptive_resource_allocation: null,
  requires_docker: false,
  task_type: null,
  target_cluster: null,
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '', secret: { name: 'db', key: 'password', optional: true } },
  ],
  ports: [80],
  tags: ['x'],
  retry_policy: { max_attempts: 3, retry_on_oom: false, exit_codes: [75] },
};

describe('the form of a definition', () => {
  test('sends what it was given when nothing is changed', () => {
    expect(bodyOf(valuesOf(FULL))).toEqual({
      ...FULL,
      env: [
        { name: 'A', value: '1' },
        { name: 'B', secret: { name: 'db', key: 'password', optional: true } },
      ],
    });
  });

  test('names only what was changed, and clears what was emptied', () => {
    const before = valuesOf(FULL);
    expect(patchOf(before, before)).toEqual({});
    expect(patchOf(before, { ...before, memory_mb: '', image: 'reports:2' })).toEqual({
      memory_mb: null,
      image: 'reports:2',
    });
  });

  test('has no policy of retries where nothing is said of them', () => {
    expect(bodyOf(NEW_DEFINITION).retry_policy).toBeNull();
  });
});
