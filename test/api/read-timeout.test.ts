import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFlotilla, type TestFlotilla } from '../support/flotilla.ts';

let flotilla: TestFlotilla;
beforeAll(async () => {
  flotilla = await startFlotilla({
    worker: false,
    config: { http_server_read_timeout_seconds: '500ms' },
  });
});
afterAll(() => flotilla.stop());

/** What the server answers to bytes after which nothing more comes. */
function answerTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(flotilla.url);
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  return new Promise((resolve, reject) => {
    socket.once('close', () => resolve(answer));
    socket.once('error', reject);
  });
}

test.each([
  ['headers', 'POST /api/v6/task HTTP/1.1\r\nHost: localhost\r\n'],
  ['a body', 'POST /api/v6/task HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{'],
])('a client that never sends the rest of %s is let go', async (_, bytes) => {
  expect(await answerTo(bytes)).toContain('408 Request Timeout');
});
