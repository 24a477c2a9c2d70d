import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../conf/load.ts';
import { refuseUnfinished } from '../../../conf/production.ts';

const TOLD = {
  FLOTILLA_MODE: 'prod',
  DATABASE_URL: 'postgresql://db/flotilla',
  TEMPORAL_ADDRESS: 'temporal:7233',
  AUTH: 'token',
};

/** What it is refused with; null when it may start. */
function refusal(environment: Record<string, string>, { api = true } = {}): string | null {
  try {
    refuseUnfinished(readConfig({ environment }), { api });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('an installation in production', () => {
  test.each(['token', 'none', 'loopback'])('starts when it was told all, with auth %s', (AUTH) => {
    expect(refusal({ ...TOLD, AUTH })).toBeNull();
  });

  test.each(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'AUTH'])('does not start without %s', (key) => {
    const { [key]: _, ...rest } = TOLD as Record<string, string>;
    const said = refusal(rest);
    expect(said).toContain(`  ${key} must be set`);
    expect(said?.split('\n')).toHaveLength(2);
  });

  test('says all that is missing at once, and whence it is in production', () => {
    expect(refusal({ FLOTILLA_MODE: 'prod' })?.split('\n')).toEqual([
      'configuration: with flotilla_mode prod (environment variable FLOTILLA_MODE)',
      '  DATABASE_URL must be set',
      '  TEMPORAL_ADDRESS must be set',
      expect.stringContaining('  AUTH must be set'),
    ]);
  });

  test('has workers that need not know who may call', () => {
    const { AUTH: _, ...rest } = TOLD;
    expect(refusal(rest, { api: false })).toBeNull();
  });
});

test('any other installation may leave all of that to be noticed later', () => {
  expect(refusal({})).toBeNull();
  expect(refusal({ FLOTILLA_MODE: 'production' })).toBeNull();
});
