import { expect, test } from 'vitest';
import { isAbsent, toDaemonError } from '../../../../engines/docker/errors.ts';

/** As dockerode throws it. */
function answer(statusCode: number, json: Record<string, unknown>): Error {
  return toDaemonError(Object.assign(new Error('(HTTP code …)'), { statusCode, json }));
}

test.each([
  ['Docker: not there', answer(404, { message: 'No such container: a' }), true],
  // Recorded from Podman, whose container went away between two of its looks.
  [
    'Podman: no longer there',
    answer(500, {
      cause: 'no such container',
      message: 'container a does not exist in database: no such container',
      response: 500,
    }),
    true,
  ],
  ['another fault', answer(500, { cause: 'disk full', message: 'disk full' }), false],
  ['no answer', toDaemonError(new Error('socket hang up')), false],
])('%s', (_, error, absent) => {
  expect(isAbsent(error)).toBe(absent);
});
