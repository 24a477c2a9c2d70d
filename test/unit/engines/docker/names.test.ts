import { expect, test } from 'vitest';
import { newRunId } from '../../../../domain/run.ts';
import {
  externalIdOf,
  marked,
  newName,
  parseName,
  refOf,
  refOfLabels,
} from '../../../../engines/docker/names.ts';

test('names tell the attempt, are never the same, and carry a mark', () => {
  const ref = { runId: newRunId('docker'), attempt: 3 };
  const name = newName(ref);
  expect(newName(ref)).not.toBe(name);
  expect(name.startsWith(`${externalIdOf(ref)}.`)).toBe(true);
  expect(parseName(`/${name}`)).toEqual({ first: name, mark: null });
  const ended = marked(name, 'ended');
  expect(parseName(ended)).toEqual({ first: name, mark: 'ended' });
  expect(marked(ended, 'released')).toBe(`${name}.released`);
  expect(refOf(externalIdOf(ref))).toEqual(ref);
});

test('what is not ours has no attempt', () => {
  expect(refOf('somebody-1')).toBeNull();
  expect(parseName('/somebody')).toEqual({ first: 'somebody', mark: null });
  expect(refOfLabels({})).toBeNull();
  expect(refOfLabels({ 'flotilla.run': 'x', 'flotilla.attempt': '0' })).toBeNull();
});
