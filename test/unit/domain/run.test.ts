import { expect, test } from 'vitest';
import {
  attemptEnvironment,
  parentRunId,
  reservedEnvironment,
} from '../../../domain/environment.ts';
import { classifyExceptions } from '../../../domain/exit-reason.ts';
import { commandHash, newRunId } from '../../../domain/run.ts';

test('run ids have 36 characters and begin with their engine', () => {
  const id = newRunId('local', '01234567-89ab-4cde-8f01-23456789abcd');
  expect(id).toBe('local-67-89ab-4cde-8f01-23456789abcd');
  expect(id).toHaveLength(36);
  expect(newRunId('local')).not.toBe(newRunId('local'));
});

test('a command hash is the MD5 that flotilla-os stores', () => {
  expect(commandHash('ls')).toBe('44ba5ca65651b4f36f1927576dd35436');
  expect(commandHash('')).toBeNull();
  expect(commandHash(null)).toBeNull();
});

test('the environment of an attempt: definition, run, then what names the job', () => {
  const environment = attemptEnvironment(
    [
      { name: 'A', value: 'definition' },
      { name: 'B', value: 'definition' },
      { name: '$C D', value: 'cleaned' },
      { name: ' ', value: 'dropped' },
    ],
    [
      { name: 'B', value: 'run' },
      { name: 'FLOTILLA_RUN_ID', value: 'forged' },
    ],
    { runId: 'local-1', attempt: 2 },
  );
  expect([...environment]).toEqual([
    ['A', 'definition'],
    ['B', 'run'],
    ['CD', 'cleaned'],
    ['FLOTILLA_RUN_ID', 'local-1'],
    ['FLOTILLA_RUN_ATTEMPT', '2'],
  ]);
});

test('reserved variables carry mode, run and owner', () => {
  const values = { runId: 'r', owner: 'ada', mode: 'dev', ownerVariable: 'OWNER' };
  expect(reservedEnvironment(values)).toEqual([
    { name: 'FLOTILLA_SERVER_MODE', value: 'dev' },
    { name: 'FLOTILLA_RUN_ID', value: 'r' },
    { name: 'AWS_ROLE_SESSION_NAME', value: 'r' },
    { name: 'OWNER', value: 'ada' },
  ]);
});

test('the parent is the last one named', () => {
  expect(parentRunId([])).toBeNull();
  const named = (value: string) => ({ name: 'PARENT_FLOTILLA_RUN_ID', value });
  expect(parentRunId([named('')])).toBeNull();
  expect(parentRunId([named('a'), named('b')])).toBe('b');
});

test.each([
  [['socketError 503 x'], 'Connection error to downstream uri'],
  [['got a 502 from it'], 'Connection error to downstream uri'],
  [['code 1502x'], 'Runtime exception encountered'],
  [['ModuleNotFoundError: no module'], 'Python pip package installation error'],
  [['Nothing to do'], 'Yum installation error'],
  [['fatal: Could not read from remote repository.'], 'Git clone error'],
  [['keyError'], 'Data or argument error'],
  [['TypeError: x'], 'Code or syntax error'],
  [[], null],
])('%j is classified as %j', (exceptions, reason) => {
  expect(classifyExceptions(exceptions)).toBe(reason);
});
