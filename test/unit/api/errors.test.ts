import { Writable } from 'node:stream';
import { Hono } from 'hono';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ApiEnv } from '../../../api/env.ts';
import { answerError } from '../../../api/errors.ts';

test('a query that failed is logged with its cause and where, without the values in it', async () => {
  let logged = '';
  const sink = new Writable({
    write(chunk, _, done) {
      logged += String(chunk);
      done();
    },
  });
  const app = new Hono<ApiEnv>();
  app.use(async (c, next) => {
    c.set('log', pino(sink));
    await next();
  });
  app.onError(answerError);
  app.get('/', () => {
    const cause = new Error('value out of range');
    throw new Error('Failed query: insert\nparams: PASSWORD=hunter2', { cause });
  });
  const answer = await app.request('/');
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('hunter2');
  expect(logged).toContain('value out of range');
  expect(logged).toContain('errors.test.ts');
  expect(logged).not.toContain('hunter2');
});
