import { connect } from 'node:net';

/** A server that has not answered by then hangs. */
export const HANGS_MS = 5_000;

export interface RawAnswer {
  /** Null when the connection was closed without an answer. */
  status: number | null;
  body: string;
}

/** Bytes of a request, with nothing checked or escaped on the way. */
export function requestOf(
  method: string,
  path: string,
  body: string | Buffer | null = null,
  headers: readonly string[] = [],
): Buffer {
  const bytes = Buffer.from(body ?? '');
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    ...(body === null ? [] : [`content-length: ${bytes.byteLength}`]),
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/**
 * Sends bytes and reads until the server closes.
 * @throws Error when that takes longer than HANGS_MS
 */
export function sendRaw(url: string, bytes: Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.setTimeout(HANGS_MS, () => {
      reject(
        new Error(`no answer within ${HANGS_MS} ms: ${bytes.toString('latin1').slice(0, 200)}`),
      );
      socket.destroy();
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The server may close before it has read everything; what it said until then counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const status = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) => Number(code));
      const body = text.slice(text.indexOf('\r\n\r\n') + 4);
      resolve({ status: status.find((code) => code !== 100) ?? null, body });
    });
    socket.write(bytes);
  });
}
